/**
 * Makes the image of a whole NVS partition, byte-identical to what Espressif's generator makes of the same entries, and checks
 * first that the format, the library and the generator all take them. Must not: repair or shorten a value.
 */
import { ENTRIES_PER_PAGE, ENTRY_SIZE, KEY_MAX, MIN_PAGES, PAGE_SIZE, PIECE_MAX } from './layout.ts';
import { NvsError, type NvsPlace } from './nvs-error.ts';
import { createPageWriter } from './page-writer.ts';
import { isInteger, type NvsEntry, type NvsNamespace, type NvsValue } from './types.ts';

/** Bytes of the longest string with its NUL. The library takes 4,000; the generator fails above this. */
export const STRING_MAX = (ENTRIES_PER_PAGE - 2) * ENTRY_SIZE;
const NAMESPACES_MAX = 254;
/** Pieces of a blob are numbered below 128; the upper half is for a rewrite. */
const PIECES_MAX = 127;

/** Where each entry came from, for messages. */
export type PlaceOf = (entry: NvsEntry) => NvsPlace;

/**
 * `namespaces` in their order; a name that comes again goes on with its namespace. `size` in bytes: a multiple of 4,096 of
 * three pages or more, of which the last page stays blank. Throws NvsError: bad-size, bad-entry, too-big.
 */
export function encodeNvs(
  namespaces: readonly NvsNamespace[],
  size: number,
  placeOf: PlaceOf = () => ({}),
): Buffer {
  checkSize(size);
  checkNamespaces(namespaces, placeOf);
  const writer = createPageWriter({ firstSequence: 0, version: 2, fit: 'generator' });
  const indices = new Map<string, number>();
  for (const { name, entries } of namespaces) {
    const index = indices.get(name) ?? indices.size + 1;
    if (!indices.has(name)) writer.addNamespace(name, index);
    indices.set(name, index);
    for (const { key, value } of entries) writer.add(index, key, value);
  }
  return fitInto(writer.pages(), size);
}

/** An image that holds one namespace and nothing else. Throws as `encodeNvs`. */
export function replaceAll(size: number, name: string, entries: readonly NvsEntry[]): Buffer {
  return encodeNvs([{ name, entries }], size);
}

/** `pages` from the first sector on, the rest blank. Throws NvsError too-big where no page would stay blank. */
export function fitInto(pages: readonly Uint8Array[], size: number): Buffer {
  const [needed, available] = [pages.length, size / PAGE_SIZE - 1];
  if (needed > available) throw tooBig(needed, available);
  return Buffer.concat([...pages, Buffer.alloc(size - needed * PAGE_SIZE, 0xff)]);
}

function tooBig(needed: number, available: number): NvsError {
  const wanted = `0x${((needed + 1) * PAGE_SIZE).toString(16)}`;
  const reason = `${needed} pages are needed, ${available} can be used (one stays blank): a partition of ${wanted} bytes would do`;
  return new NvsError('too-big', reason, { neededPages: needed, availablePages: available });
}

export function checkSize(size: number): void {
  if (Number.isSafeInteger(size) && size % PAGE_SIZE === 0 && size >= MIN_PAGES * PAGE_SIZE) return;
  throw new NvsError('bad-size', `the size must be a multiple of 0x1000 bytes, at least 0x3000, not ${size}`);
}

export function checkNamespaces(namespaces: readonly NvsNamespace[], placeOf: PlaceOf = () => ({})): void {
  const taken = new Map<string, Set<string>>();
  for (const { name, entries } of namespaces) {
    const fault = faultOfName(name);
    if (fault !== undefined) throw new NvsError('bad-entry', `the namespace's name ${fault}`);
    const keys = taken.get(name) ?? new Set();
    taken.set(name, keys);
    for (const entry of entries) {
      // What is no name may be a piece of a value.
      const named = faultOfName(entry.key) === undefined ? { key: entry.key } : {};
      const place = { ...placeOf(entry), namespace: name, ...named };
      const reason = keys.has(entry.key) ? 'the key is there twice' : faultOfEntry(entry);
      if (reason !== undefined) throw new NvsError('bad-entry', reason, place);
      keys.add(entry.key);
    }
  }
  if (taken.size > NAMESPACES_MAX) {
    throw new NvsError('bad-entry', `${taken.size} namespaces, at most ${NAMESPACES_MAX} can be told apart`);
  }
}

/** What is wrong with a key or a namespace's name; continues a sentence. */
export function faultOfName(name: string): string | undefined {
  if (name.length === 0 || name.length > KEY_MAX)
    return `must have 1 to ${KEY_MAX} characters, not ${name.length}`;
  return /^[\x20-\x7e]+$/.test(name) ? undefined : 'must be of printable ASCII characters';
}

function faultOfEntry({ key, value }: NvsEntry): string | undefined {
  const fault = faultOfName(key);
  return fault === undefined ? faultOfValue(value) : `the key ${fault}`;
}

function faultOfValue(value: NvsValue): string | undefined {
  if (isInteger(value)) {
    const bits = Number(value.type.slice(1));
    const kept = value.type.startsWith('i')
      ? BigInt.asIntN(bits, value.value)
      : BigInt.asUintN(bits, value.value);
    return kept === value.value ? undefined : `the value is outside the range of ${value.type}`;
  }
  if (value.type === 'string') return faultOfString(value.data);
  if (value.type === 'blob') {
    const most = PIECES_MAX * PIECE_MAX;
    return value.data.length > most ? `a blob of ${value.data.length} bytes, at most ${most}` : undefined;
  }
  return `values of type ${value.type} are only kept, never made`;
}

function faultOfString(data: Uint8Array): string | undefined {
  if (data.at(-1) !== 0 || data.indexOf(0) !== data.length - 1)
    return 'the string holds a NUL, where firmware would end it';
  if (data.length <= STRING_MAX) return undefined;
  return `a string of ${data.length - 1} bytes, at most ${STRING_MAX - 1}: above that the official generator fails`;
}
