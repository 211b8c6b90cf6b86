/**
 * A new image out of the present one and the entries of one namespace: everything else is kept with its value and type, old
 * copies and half-written entries are gone, and Espressif's library mounts it. Must not: change an image that already
 * says what is wanted.
 *
 * The new pages go where the present ones are not, with higher sequence numbers, as long as there is room; the present ones
 * become blank. Whoever writes the sectors in the order of `changedSectors` therefore loses nothing of others when
 * power goes: at each moment either the old pages or the new ones are whole.
 */
import { checkNamespaces, checkSize, fitInto } from './encode-nvs.ts';
import { isBlank, PAGE_SIZE } from './layout.ts';
import { NvsError } from './nvs-error.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { entriesIn, readNvs } from './read-nvs.ts';
import { isSameValue, type NvsEntry, type NvsImage } from './types.ts';

const INDEX_MAX = 254;
const SEQUENCE_MAX = 0xffff_fffe;

/**
 * `image` with exactly `entries` in the namespace `name`. The same bytes again where it holds them already. Throws NvsError:
 * unreadable (with the reason), bad-size, bad-entry, too-big.
 */
export function mergeNamespace(image: Uint8Array, name: string, entries: readonly NvsEntry[]): Buffer {
  checkNamespaces([{ name, entries }]);
  return rewrite(image, name, entries);
}

/** `image` without the namespace `name`. The same bytes again where it has none. Throws as `mergeNamespace`. */
export function eraseNamespace(image: Uint8Array, name: string): Buffer {
  return rewrite(image, name, undefined);
}

/**
 * The numbers of the 4,096-byte sectors that differ, in the order in which they are to be written: first those that get
 * something, then those that become blank. Both images must be of one size.
 */
export function changedSectors(before: Uint8Array, after: Uint8Array): number[] {
  if (before.length !== after.length)
    throw new RangeError(`images of ${before.length} and ${after.length} bytes`);
  const sector = (image: Uint8Array, index: number) =>
    image.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE);
  const changed = Array.from({ length: Math.ceil(after.length / PAGE_SIZE) }, (_, index) => index).filter(
    (index) => Buffer.compare(sector(before, index), sector(after, index)) !== 0,
  );
  const isEmptied = (index: number) => isBlank(sector(after, index));
  return [...changed.filter((index) => !isEmptied(index)), ...changed.filter(isEmptied)];
}

function rewrite(image: Uint8Array, name: string, entries: readonly NvsEntry[] | undefined): Buffer {
  checkSize(image.length);
  const read = readNvs(image);
  if (read.unreadable !== undefined) {
    throw new NvsError(
      'unreadable',
      `what is there cannot be kept, for it cannot be read: ${read.unreadable}`,
    );
  }
  if (isAsWanted(read, name, entries)) return Buffer.from(image);
  const fill = (firstSequence: number) => {
    const writer = createPageWriter({ firstSequence, version: versionOf(read, entries), fit: 'library' });
    const isFilled = fillPages(writer, read, name, entries);
    return isFilled ? writer.pages() : [];
  };
  const used = read.pages.filter(({ sequence }) => sequence !== undefined);
  const free = read.pages.filter(({ sequence }) => sequence === undefined);
  const next = Math.max(-1, ...used.map(({ sequence = 0 }) => sequence)) + 1;
  const pages = fill(0);
  if (used.length === 0 || pages.length > free.length || next + pages.length > SEQUENCE_MAX) {
    return fitInto(pages, image.length);
  }
  const after = Buffer.alloc(image.length, 0xff);
  for (const [index, page] of fill(next).entries()) page.copy(after, (free[index]?.sector ?? 0) * PAGE_SIZE);
  return after;
}

function isAsWanted(read: NvsImage, name: string, entries: readonly NvsEntry[] | undefined): boolean {
  const present = entriesIn(read, name);
  if (present === undefined || entries === undefined) return present === entries;
  const isUsable = read.findings.every(({ code }) => code !== 'no-free-page');
  const isAlone =
    read.namespaces.filter((other) => other.name === name).length === 1 &&
    ownIndices(read, name).length === 1;
  const hasIt = ({ key, value }: NvsEntry) =>
    present.some((other) => other.key === key && isSameValue(other.value, value));
  return isUsable && isAlone && present.length === entries.length && entries.every(hasIt);
}

/** Usable indices that belong to the name alone; one that a second name shares stays that one's. */
function ownIndices({ namespaces }: NvsImage, name: string): number[] {
  const foreign = new Set(namespaces.filter((other) => other.name !== name).map(({ index }) => index));
  const isOwn = (index: number) => index >= 1 && index <= INDEX_MAX && !foreign.has(index);
  return namespaces.flatMap((other) => (other.name === name && isOwn(other.index) ? [other.index] : []));
}

/** False where nothing is left to be written. Others keep their index, which a running application may hold. */
function fillPages(
  writer: PageWriter,
  read: NvsImage,
  name: string,
  entries: readonly NvsEntry[] | undefined,
): boolean {
  const own = ownIndices(read, name);
  const namespaces = read.namespaces.filter(
    (one, at) =>
      one.name !== name && read.namespaces.findIndex((other) => isSameNamespace(one, other)) === at,
  );
  const items = read.items.filter(({ namespaceIndex }) => !own.includes(namespaceIndex));
  for (const namespace of namespaces) writer.addNamespace(namespace.name, namespace.index);
  for (const { namespaceIndex, key, value } of items) writer.add(namespaceIndex, key, value);
  if (entries === undefined) return namespaces.length + items.length > 0;
  const taken = new Set([
    ...namespaces.map(({ index }) => index),
    ...items.map((item) => item.namespaceIndex),
  ]);
  const index = own[0] ?? freeIndex(taken);
  writer.addNamespace(name, index);
  for (const { key, value } of entries) writer.add(index, key, value);
  return true;
}

type NamedIndex = NvsImage['namespaces'][number];

function isSameNamespace(a: NamedIndex, b: NamedIndex): boolean {
  return a.name === b.name && a.index === b.index;
}

function freeIndex(taken: ReadonlySet<number>): number {
  for (let index = 1; index <= INDEX_MAX; index += 1) if (!taken.has(index)) return index;
  throw new NvsError('too-big', `all ${INDEX_MAX} namespaces are taken`);
}

/** Firmware of before version 2 mounts version 1 only; it stays so as long as nothing needs more. */
function versionOf({ pages, items }: NvsImage, entries: readonly NvsEntry[] = []): 1 | 2 {
  const versions = pages.flatMap(({ version }) => version ?? []);
  const needsTwo = [...items, ...entries].some(({ value }) => value.type === 'blob');
  return versions.length > 0 && !versions.includes(2) && !needsTwo ? 1 : 2;
}
