/**
 * One page as a boot of ESP-IDF's library leaves it: which items live, and what it would erase on the way. Source:
 * ESP-IDF, nvs_flash, loading of a page's entry table. Must not: look at another page, or throw on any bytes.
 */
import {
  crc32,
  ENTRIES_PER_PAGE,
  ENTRY_SIZE,
  type EntryHeader,
  type EntryState,
  entriesOf,
  isBlank,
  isEntryWhole,
  isVariableLength,
  NO_CHUNK,
  readEntryHeader,
  readEntryStates,
  spanOf,
  TYPE_BLOB_DATA,
  TYPE_BLOB_INDEX,
} from './layout.ts';
import type { Finding } from './types.ts';

export interface LiveItem extends EntryHeader {
  readonly sector: number;
  readonly entry: number;
  /** The bytes of the entries behind the first one: `span - 1` times 32. */
  readonly body: Buffer;
}

export interface BootedPage {
  readonly live: readonly LiveItem[];
  readonly findings: readonly Finding[];
  readonly written: number;
  readonly erased: number;
  /** Where nothing lives: entries said to be written that hold something, but no whole entry, as encrypted ones do. */
  readonly unreadable: number;
}

/** `isActive`: the page was being written when power went; only there half-written entries and doubles are looked for. */
export function bootPage(page: Buffer, sector: number, isActive: boolean): BootedPage {
  const states = readEntryStates(page);
  const findings: Finding[] = [];
  const count = (state: EntryState) => states.filter((other) => other === state).length;
  const [written, erased] = [count('written'), count('erased')];
  const end = isActive ? dropHalfWritten(page, states, sector, findings) : ENTRIES_PER_PAGE;
  const live: LiveItem[] = [];
  for (let entry = 0; entry < end; ) {
    const item = states[entry] === 'written' ? itemAt(page, states, entry, sector, findings) : undefined;
    if (item === undefined) {
      entry += tornSpan(page, states, entry);
      continue;
    }
    if (isActive) dropOlder(live, item, findings);
    live.push(item);
    entry += item.span;
  }
  return { live, findings, written, erased, unreadable: live.length > 0 ? 0 : countUnreadable(page) };
}

function countUnreadable(page: Buffer): number {
  return readEntryStates(page).filter((state, entry) => {
    const bytes = entriesOf(page, entry);
    return state === 'written' && !isEntryWhole(bytes) && !isBlank(bytes);
  }).length;
}

/**
 * An entry's bytes go to flash before its state. So the first empty entry, and those behind it, may hold bytes already: a
 * boot marks them erased, up to the first whose first word is blank. Gives the end of what was written.
 */
function dropHalfWritten(page: Buffer, states: EntryState[], sector: number, findings: Finding[]): number {
  const firstEmpty = states.indexOf('empty');
  if (firstEmpty < 0) return ENTRIES_PER_PAGE;
  let entry = firstEmpty;
  while (entry < ENTRIES_PER_PAGE && !isBlank(entriesOf(page, entry).subarray(0, 4))) {
    findings.push({ code: 'entry-half-written', sector, entry });
    states[entry] = 'erased';
    entry += 1;
  }
  return entry;
}

function itemAt(
  page: Buffer,
  states: readonly EntryState[],
  entry: number,
  sector: number,
  findings: Finding[],
): LiveItem | undefined {
  const bytes = entriesOf(page, entry);
  if (!isEntryWhole(bytes)) {
    findings.push({ code: 'entry-bad-crc', sector, entry });
    return undefined;
  }
  const header = readEntryHeader(bytes);
  if (!hasGoodShape(header, entry)) {
    findings.push({ code: 'entry-bad-shape', sector, entry });
    return undefined;
  }
  if (!isWritten(states, entry, header.span)) {
    findings.push({ code: 'item-torn', sector, entry, key: header.key });
    return undefined;
  }
  const item = { ...header, sector, entry, body: entriesOf(page, entry + 1, header.span - 1) };
  // The library looks at the data only when the item is read, and then erases it. Looked at here, so that a copy that was
  // cut short, as a sector written from outside may be, never takes the place of a whole one.
  if (!isVariableLength(header.typeCode) || header.payload.readUInt32LE(4) === crc32(bytesOf(item)))
    return item;
  findings.push({ code: 'data-bad-crc', sector, entry, key: header.key });
  return undefined;
}

/** Each type has one span that its length allows, within its page; a blob's pieces are numbered, nothing else is. */
function hasGoodShape({ typeCode, span, chunk, payload }: EntryHeader, entry: number): boolean {
  if (!isVariableLength(typeCode)) return span === 1 && (typeCode !== TYPE_BLOB_INDEX || chunk === NO_CHUNK);
  if (typeCode === TYPE_BLOB_DATA && chunk === NO_CHUNK) return false;
  return span === spanOf(payload.readUInt16LE(0)) && entry + span <= ENTRIES_PER_PAGE;
}

/** How far a boot steps over what is not an item: over a torn one as a whole, so that its data is not taken for entries. */
function tornSpan(page: Buffer, states: readonly EntryState[], entry: number): number {
  const bytes = entriesOf(page, entry);
  if (states[entry] !== 'written' || !isEntryWhole(bytes)) return 1;
  const header = readEntryHeader(bytes);
  return hasGoodShape(header, entry) ? header.span : 1;
}

function isWritten(states: readonly EntryState[], entry: number, span: number): boolean {
  return states.slice(entry, entry + span).every((state) => state === 'written');
}

/** A value is written anew before the old one is erased; of two on the page being written, the later is the one meant. */
function dropOlder(live: LiveItem[], item: LiveItem, findings: Finding[]): void {
  const index = live.findIndex((other) => isSamePlace(other, item));
  const older = live[index];
  if (older === undefined) return;
  findings.push({ code: 'older-copy', sector: older.sector, entry: older.entry, key: older.key });
  live.splice(index, 1);
}

/** The same key of the same namespace, and of a blob the same piece; the library looks items up by just these. */
export function isSamePlace(a: EntryHeader, b: EntryHeader): boolean {
  return a.namespaceIndex === b.namespaceIndex && a.key === b.key && a.chunk === b.chunk;
}

/** The bytes of an item of variable length. */
export function bytesOf(item: LiveItem): Buffer {
  return item.body.subarray(0, Math.min(item.payload.readUInt16LE(0), (item.span - 1) * ENTRY_SIZE));
}
