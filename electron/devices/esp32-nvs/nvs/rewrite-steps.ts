/**
 * The order in which the sectors of a partition go from the old pages to the new ones, so that wherever it is cut, a boot of ESP-IDF's
 * library finds each of the others' values whole, and a blank page. Source: ESP-IDF, nvs_flash, what a boot erases (the page
 * manager's free page; blob indexes whose pieces do not add up, where the pieces of two copies have the same numbers).
 * Must not: blank a page of which a value has no other whole copy.
 */
import type { Copy, Piece } from './copies.ts';

/** One sector: a page of the new image, or blank. A sector can be blanked, and written later. */
export interface Step {
  readonly sector: number;
  readonly isBlank: boolean;
}

export interface NewPage {
  /** Below zero; those of old pages are their sectors. */
  readonly page: number;
  readonly bytes: Buffer;
}

export interface Stock {
  /** Sectors whose pages can be given up, in the order in which they are where one can choose. */
  readonly old: readonly number[];
  /** Whole copies, on old pages and on new ones, of what must not get lost. An older value is none. */
  readonly copies: readonly Copy[];
  readonly rivals: ReadonlyMap<Copy, readonly number[]>;
  /** Pages with entries of ours, and those with our namespace's name: entries without a name would be nobody's. */
  readonly ours: ReadonlySet<number>;
  readonly named: ReadonlySet<number>;
}

export interface Rewrite extends Stock {
  /** Sectors that stay as they are. */
  readonly kept: ReadonlySet<number>;
  /** Sectors without a page, in the order in which they are to be used. */
  readonly free: readonly number[];
  /** Of those, the ones that hold something all the same. */
  readonly dirty: readonly number[];
  /** In the order in which they are to be written. */
  readonly pages: readonly NewPage[];
}

export interface Route {
  readonly steps: readonly Step[];
  readonly sectorOf: ReadonlyMap<NewPage, number>;
}

/** Pages without which the library refuses the partition; one is being written. */
const FREE_MIN = 2;

/** Undefined where there is no such order. */
export function rewriteSteps({ kept, free, dirty, pages, ...stock }: Rewrite): Route | undefined {
  const present = new Set([...stock.old, ...kept]);
  const blanks = [...free];
  const steps: Step[] = [];
  const sectorOf = new Map<NewPage, number>();
  const giveUp = () => {
    const sector = dispensable(stock, present);
    if (sector === undefined) return false;
    present.delete(sector);
    blanks.push(sector);
    steps.push({ sector, isBlank: true });
    return true;
  };
  for (const page of pages) {
    while (blanks.length < FREE_MIN) if (!giveUp()) return undefined;
    const left = standing(stock, new Set([...present, page.page]));
    if (![...standing(stock, present)].every((each) => left.has(each))) return undefined;
    const sector = blanks.shift() ?? 0;
    steps.push({ sector, isBlank: false });
    sectorOf.set(page, sector);
    present.add(page.page);
  }
  while (stock.old.some((sector) => present.has(sector))) if (!giveUp()) return undefined;
  const left = dirty.filter((sector) => blanks.includes(sector));
  return { steps: [...steps, ...left.map((sector) => ({ sector, isBlank: true }))], sectorOf };
}

/** The sectors of pages without which all values still are there, one after the other. */
export function dispensablePages(stock: Stock): number[] {
  const present = new Set(stock.old);
  const given: number[] = [];
  for (let sector = dispensable(stock, present); sector !== undefined; ) {
    present.delete(sector);
    given.push(sector);
    sector = dispensable(stock, present);
  }
  return given;
}

/** Of pages that can go, first one that takes away what a boot would erase another copy for. */
function dispensable(stock: Stock, present: ReadonlySet<number>): number | undefined {
  const now = standing(stock, present);
  let first: number | undefined;
  for (const sector of stock.old) {
    const without = new Set(present);
    if (!without.delete(sector)) continue;
    const left = standing(stock, without);
    if (![...now].every((each) => left.has(each))) continue;
    if (left.size > now.size) return sector;
    first ??= sector;
  }
  return first;
}

/** Each value of which a whole copy is there, and once more where a boot leaves one alone; and that nothing of ours lacks its name. */
function standing({ copies, rivals, ours, named }: Stock, there: ReadonlySet<number>): Set<string> {
  const found = new Set<string>();
  if (!isAny(ours, there) || isAny(named, there)) found.add('named');
  for (const copy of copies) {
    if (!isAll(copy.pages, there)) continue;
    found.add(copy.id);
    if (!isAny(rivals.get(copy) ?? [], there)) found.add(`safe ${copy.id}`);
  }
  return found;
}

function isAll(pages: Iterable<number>, there: ReadonlySet<number>): boolean {
  for (const page of pages) if (!there.has(page)) return false;
  return true;
}

function isAny(pages: Iterable<number>, there: ReadonlySet<number>): boolean {
  for (const page of pages) if (there.has(page)) return true;
  return false;
}

/** Of each copy of a blob, the pages with pieces that have its numbers and are not its own: a boot adds those up with them. */
export function rivalsOf(copies: readonly Copy[], pieces: readonly Piece[]): Map<Copy, number[]> {
  const numbersOf = ({ blob, start }: Piece) => `${start} ${blob}`;
  const byNumbers = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const alike = byNumbers.get(numbersOf(piece));
    if (alike === undefined) byNumbers.set(numbersOf(piece), [piece]);
    else alike.push(piece);
  }
  return new Map(
    copies.map((copy) => {
      const own = new Set(copy.pieces);
      const alike = copy.pieces.slice(0, 1).flatMap((piece) => byNumbers.get(numbersOf(piece)) ?? []);
      return [copy, alike.filter((piece) => !own.has(piece)).map(({ page }) => page)];
    }),
  );
}
