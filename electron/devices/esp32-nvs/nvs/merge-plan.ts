/**
 * Where the pages of a merged image go, and in what order they are written. Source: ESP-IDF, nvs_flash, what a boot does to the
 * page with the highest sequence number: its last item counts as the newest, and an older one of that key is erased, whether or
 * not the data behind the newer are whole. So the page that ends the sequence is written first, and holds none of the others'
 * values where there is room for that. Must not: decide what is kept.
 */

import type { Copy } from './copies.ts';
import { fitInto } from './encode-nvs.ts';
import { ENTRIES_PER_PAGE, entriesOf, isBlank, isEntryWhole, PAGE_SIZE, readEntryHeader } from './layout.ts';
import { type BuiltPages, buildPages, type Form, type Merge } from './merged-pages.ts';
import { NvsError } from './nvs-error.ts';
import { readNvs } from './read-nvs.ts';
import { dispensablePages, rewriteSteps, rivalsOf, type Step, type Stock } from './rewrite-steps.ts';
import { type FindingCode, isSameValue, type NvsEntry, type NvsImage, type PageInfo } from './types.ts';

export interface MergePlan {
  readonly image: Buffer;
  /** The sectors to be written and to be blanked, in this order. */
  readonly steps: readonly Step[];
  /** A cut can cost others a value: pages are rewritten where they are. */
  readonly isInPlace?: true;
}

const NOTHING: BuiltPages = { pages: [], copies: [], named: [] };
const SEQUENCE_MAX = 0xffff_fffe;
/** As many pages as no partition has: beyond, the numbers begin anew. */
const MORE_PAGES_MAX = 0x10_0000;
/** What a page has that was not written to its end. */
const CUT_OFF: readonly FindingCode[] = ['entry-half-written', 'entry-bad-crc', 'item-torn', 'data-bad-crc'];

/** Throws NvsError: too-big, old-version. */
export function arrange(merge: Merge): MergePlan {
  const version = versionOf(merge);
  const sound = soundPages(merge);
  const none = new Set<number>();
  // Best of all, no value of others is touched. An active page that is not the last does the library no harm.
  const isUntouched = merge.foreign.every(({ pages }) => [...pages].every((page) => sound.has(page)));
  return (
    (isUntouched ? sideBySide(merge, 'apart', version, sound) : undefined) ??
    sideBySide(merge, 'apart', version, none) ??
    sideBySide(merge, 'apart', version, sound) ??
    sideBySide(merge, 'together', version, none) ??
    inPlace(merge, version)
  );
}

/**
 * Pages that a cut-off merge left, and of which all is on other pages as well: to be blanked before it is made again. Two choices:
 * the old ones as far as can be, or the new ones.
 */
export function superfluousPages(merge: Merge): readonly [number[], number[]] {
  return [dispensablePages(stockOf(merge, NOTHING)), dispensablePages(stockOf(merge, NOTHING, true))];
}

/** Old pages are there until the new ones are. Undefined where there is no room for that, or no safe order. */
function sideBySide(
  merge: Merge,
  form: Form,
  version: 1 | 2,
  kept: ReadonlySet<number>,
): MergePlan | undefined {
  const { image, read } = merge;
  const used = usedSectors(read);
  if (used.length === 0) return undefined;
  const firstSequence = Math.max(...read.pages.map(({ sequence = 0 }) => sequence)) + 1;
  if (firstSequence > SEQUENCE_MAX - MORE_PAGES_MAX) return undefined;
  const moved = merge.foreign.filter(({ pages }) => [...pages].some((page) => !kept.has(page)));
  const built = buildPages({ ...merge, foreign: moved }, { form, version, firstSequence });
  const free = read.pages.filter(({ sequence }) => sequence === undefined);
  const dirty = free.filter(({ state }) => state === 'corrupt').map(({ sector }) => sector);
  const clean = free.map(({ sector }) => sector).filter((sector) => !dirty.includes(sector));
  const stock = stockOf(merge, built);
  const route = rewriteSteps({
    ...stock,
    old: stock.old.filter((sector) => !kept.has(sector)),
    kept,
    free: [...dirty, ...clean],
    dirty,
    pages: built.pages,
  });
  if (route === undefined) return undefined;
  const after = Buffer.alloc(image.length, 0xff);
  for (const sector of kept) pageOf(image, sector).copy(after, sector * PAGE_SIZE);
  for (const [page, sector] of route.sectorOf) page.bytes.copy(after, sector * PAGE_SIZE);
  return { image: after, steps: route.steps };
}

/**
 * What others have on the old pages, and on new ones. Of the old ones those go first that were cut off, for they must not come to
 * be the last of the sequence. Then those that hold something of ours, and of all others the oldest; or simply the newest.
 */
function stockOf(merge: Merge, added: BuiltPages, isNewestFirst = false): Stock {
  const { image, read, copies, foreign, name, indices } = merge;
  const values = new Map(foreign.map(({ id, value }) => [id, value]));
  const others = copies.all.filter(({ id, value }) => {
    const newest = values.get(id);
    return newest !== undefined && isSameValue(newest, value);
  });
  const isCutOff = (sector: number) =>
    read.findings.some((finding) => finding.sector === sector && CUT_OFF.includes(finding.code));
  const isMixed = (sector: number) => !isNewestFirst && hasTrace(merge, pageOf(image, sector));
  // While a page is being moved, a boot begins the last page of the sequence anew.
  const isMoved = ({ state }: PageInfo) => state === 'freeing';
  const rankOf = (page: PageInfo) =>
    isMoved(page) || isCutOff(page.sector) ? 0 : isMixed(page.sector) ? 1 : 2;
  const pages = read.pages.flatMap((page) =>
    page.sequence === undefined ? [] : [{ sector: page.sector, sequence: page.sequence, rank: rankOf(page) }],
  );
  pages.sort(
    (a, b) => a.rank - b.rank || (isNewestFirst ? b.sequence - a.sequence : a.sequence - b.sequence),
  );
  const all = [...others, ...added.copies];
  const pieces = [...copies.pieces, ...added.copies.flatMap((copy) => copy.pieces)];
  const pagesOf = (isOne: (copy: Copy) => boolean) =>
    copies.all.filter(isOne).flatMap((copy) => [...copy.pages]);
  return {
    old: pages.map(({ sector }) => sector),
    copies: all,
    rivals: rivalsOf(all, pieces),
    ours: new Set(pagesOf(({ namespaceIndex }) => indices.includes(namespaceIndex))),
    named: new Set([
      ...pagesOf(({ namespaceIndex, key }) => namespaceIndex === 0 && key === name),
      ...added.named,
    ]),
  };
}

/** Pages that can stay: they hold what is kept of others and nothing else, not even what is left of an erased entry of ours. */
function soundPages(merge: Merge): Set<number> {
  const { image, read, copies, foreign } = merge;
  const kept = new Set(foreign);
  const held = new Set(foreign.flatMap(({ pages }) => [...pages]));
  const used = usedSectors(read);
  const unsound = new Set(copies.loose);
  for (const { sector, state } of read.pages) if (state === 'freeing') unsound.add(sector);
  for (const sector of used)
    if (!held.has(sector) || hasTrace(merge, pageOf(image, sector))) unsound.add(sector);
  for (const copy of copies.all) if (!kept.has(copy)) for (const page of copy.pages) unsound.add(page);
  // A blob that reaches into a page that does not stay is written anew as a whole.
  for (let before = -1; before !== unsound.size; ) {
    before = unsound.size;
    for (const { pages } of foreign) {
      if ([...pages].some((page) => unsound.has(page))) for (const page of pages) unsound.add(page);
    }
  }
  return new Set(used.filter((sector) => !unsound.has(sector)));
}

function usedSectors({ pages }: NvsImage): number[] {
  return pages.filter(({ sequence }) => sequence !== undefined).map(({ sector }) => sector);
}

/** Whether a page has an entry of ours, be it erased. */
function hasTrace({ name, indices }: Merge, page: Buffer): boolean {
  for (let entry = 0; entry < ENTRIES_PER_PAGE; entry += 1) {
    const bytes = entriesOf(page, entry);
    const index = bytes.readUInt8(0);
    const isOurs = index === 0 ? readEntryHeader(bytes).key === name : indices.includes(index);
    if (isOurs && isEntryWhole(bytes)) return true;
  }
  return false;
}

/**
 * The fewest pages, each in the sector of the old page that has its place in the sequence, and in that order: what is written over is
 * then on the pages before it, or goes to the one after it. A cut can cost what the page held that was being written.
 */
function inPlace(merge: Merge, version: 1 | 2): MergePlan {
  const { pages } = buildPages(merge, { form: 'together', version, firstSequence: 0 });
  // Throws where there is no room.
  const image = fitInto(
    pages.map(({ bytes }) => bytes),
    merge.image.length,
  );
  const order = sectorsInSequence(merge.read);
  image.fill(0xff);
  for (const [at, { bytes }] of pages.entries()) bytes.copy(image, (order[at] ?? 0) * PAGE_SIZE);
  return { image, steps: stepsInPlace(merge.image, image), isInPlace: true };
}

/** The way from `before` to `after` where they are: written first, in the order of the new sequence, then blanked. */
export function stepsInPlace(before: Buffer, after: Buffer): Step[] {
  const changed = new Set(changedSectors(before, after));
  const written = sectorsInSequence(readNvs(after)).filter((sector) => !isBlank(pageOf(after, sector)));
  const blanked = [...changed].filter((sector) => isBlank(pageOf(after, sector)));
  return [
    ...written.filter((sector) => changed.has(sector)).map((sector) => ({ sector, isBlank: false })),
    ...blanked.map((sector) => ({ sector, isBlank: true })),
  ];
}

/** All sectors: those with a page by its sequence number, then the rest. */
function sectorsInSequence({ pages }: NvsImage): number[] {
  const last = Number.POSITIVE_INFINITY;
  return [...pages]
    .sort((a, b) => (a.sequence ?? last) - (b.sequence ?? last) || a.sector - b.sector)
    .map(({ sector }) => sector);
}

/** The numbers of the 4,096-byte sectors that differ. Both images must be of one size. */
export function changedSectors(before: Buffer, after: Buffer): number[] {
  if (before.length !== after.length)
    throw new RangeError(`images of ${before.length} and ${after.length} bytes`);
  return Array.from({ length: Math.ceil(after.length / PAGE_SIZE) }, (_, sector) => sector).filter(
    (sector) => !pageOf(before, sector).equals(pageOf(after, sector)),
  );
}

function pageOf(image: Buffer, sector: number): Buffer {
  return image.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE);
}

/**
 * Firmware of before version 2 mounts version 1 only, and usually erases what is newer: what we add must not make it so. Throws
 * NvsError old-version.
 */
function versionOf({ read, foreign, entries = [] }: Merge): 1 | 2 {
  const versions = read.pages.flatMap(({ version }) => version ?? []);
  const isBlob = ({ value }: Pick<NvsEntry, 'value'>) => value.type === 'blob';
  if (versions.length === 0 || versions.includes(2) || foreign.some(isBlob)) return 2;
  if (!entries.some(isBlob)) return 1;
  throw new NvsError('old-version', 'the partition is of version 1, and a blob needs version 2');
}
