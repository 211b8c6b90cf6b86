/**
 * The pages of a merged image: what is kept of others, and ours. Must not: number the pieces of a blob as those of a copy that is
 * still there: a boot of ESP-IDF's library adds up all pieces with the numbers of one copy, and erases a blob that comes
 * to more than its index says.
 */
import { blobKey, type ChunkStart, type Copies, type Copy, type Piece } from './copies.ts';
import { createPageWriter, type PageWriter, type Placed } from './page-writer.ts';
import type { NewPage } from './rewrite-steps.ts';
import type { NvsEntry, NvsImage } from './types.ts';

export interface Merge {
  /** As it is. */
  readonly image: Buffer;
  readonly read: NvsImage;
  readonly copies: Copies;
  /** What is kept of others, their namespaces first. */
  readonly foreign: readonly Copy[];
  /** Of ours. */
  readonly name: string;
  /** The numbers of the namespace: where it is to be added, the first is the one. */
  readonly indices: readonly number[];
  /** Undefined: nothing of ours is to be there. */
  readonly entries: readonly NvsEntry[] | undefined;
}

/** How ours goes to pages: to some of its own, or behind the others' values. */
export type Form = 'apart' | 'together';

export interface BuiltPages {
  /** In the order in which they are to be written. */
  readonly pages: readonly NewPage[];
  /** Of others. */
  readonly copies: readonly Copy[];
  /** Those with our namespace's name. */
  readonly named: readonly number[];
}

export interface BuildOptions {
  readonly form: Form;
  readonly version: 1 | 2;
  readonly firstSequence: number;
}

/** `foreign` of the merge: what is to go to new pages. */
export function buildPages(merge: Merge, options: BuildOptions): BuiltPages {
  const { copies, foreign, entries } = merge;
  const { form, version, firstSequence } = options;
  const isApart = form === 'apart';
  const writerAt = (sequence: number, last: 'active' | 'full') =>
    createPageWriter({ firstSequence: sequence, version, fit: 'library', last });
  const others = writerAt(firstSequence, isApart ? 'full' : 'active');
  const added = foreign.map((copy) => copyOn(others, copy, copies));
  if (!isApart) {
    const isEmpty = foreign.length === 0 && entries === undefined;
    const named = addOurs(others, merge).map((at) => -1 - at);
    return { pages: isEmpty ? [] : numbered(others.pages(), -1), copies: added, named };
  }
  const otherPages = foreign.length > 0 ? numbered(others.pages(), -1) : [];
  const own = writerAt(firstSequence + otherPages.length, 'active');
  const first = -1 - otherPages.length;
  const named = addOurs(own, merge).map((at) => first - at);
  // Without ours the page at the end is empty: it is there for the others' sake.
  const isNeeded = entries !== undefined || foreign.length > 0;
  const ownPages = isNeeded ? numbered(own.pages(), first) : [];
  return { pages: [...ownPages.slice(-1), ...ownPages.slice(0, -1), ...otherPages], copies: added, named };
}

function numbered(pages: readonly Buffer[], first: number): NewPage[] {
  return pages.map((bytes, at) => ({ page: first - at, bytes }));
}

function copyOn(writer: PageWriter, copy: Copy, copies: Copies): Copy {
  const { id, namespaceIndex, key, value } = copy;
  const start = value.type === 'blob' ? freeStart(copies, blobKey(namespaceIndex, key), id) : undefined;
  const placed: Placed = writer.add(namespaceIndex, key, value, start);
  const pageOf = (index: number) => -1 - index;
  const pages = new Set([...placed.pages].map(pageOf));
  if (start === undefined) return { id, namespaceIndex, key, value, pages, pieces: [] };
  const blob = blobKey(namespaceIndex, key);
  const pieces = placed.pieces.map((index): Piece => ({ blob, start, page: pageOf(index) }));
  return { id, namespaceIndex, key, value, pages, start, pieces };
}

/** The pages with the name. */
function addOurs(writer: PageWriter, { name, indices, entries, copies }: Merge): number[] {
  const [index] = indices;
  if (entries === undefined || index === undefined) return [];
  const { pages } = writer.addNamespace(name, index);
  for (const { key, value } of entries) writer.add(index, key, value, freeStart(copies, blobKey(index, key)));
  return [...pages];
}

/**
 * Where the pieces of a new copy are numbered from: not where those of a whole copy are. Where there are two whole ones, a cut-off
 * merge left them; the older one's numbers are taken, and the newer one stays good.
 */
function freeStart({ all, pieces }: Copies, blob: string, id?: string): ChunkStart {
  const taken = all.flatMap((copy) => (copy.id === id && copy.start !== undefined ? copy.start : []));
  const [oldest] = taken;
  if (oldest !== undefined) return taken.includes(other(oldest)) ? oldest : other(oldest);
  const has = (start: ChunkStart) => pieces.some((piece) => piece.blob === blob && piece.start === start);
  return has(0) && !has(0x80) ? 0x80 : 0;
}

function other(start: ChunkStart): ChunkStart {
  return start === 0 ? 0x80 : 0;
}
