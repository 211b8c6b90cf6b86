/**
 * The SPI flash beside the chip: NOR cells, sparse. A sector is erased to ones, programming only clears bits, and what is
 * programmed over programmed bytes is the AND of both. It outlives every reset and loss of power; an operation in which
 * power fails stays half done. Must not: repair or check anything.
 */
export const SECTOR_SIZE = 0x1000;
/** Most bytes that one program operation takes. */
export const PAGE_SIZE = 256;

export interface FlashOperation {
  /** From 1, over the life of the flash. */
  readonly nth: number;
  readonly kind: 'erase' | 'program';
  readonly address: number;
  readonly length: number;
}

/** `ignored`: the cells stay as they are, as where they are worn out. */
export type FlashFate = 'works' | 'power-cut' | 'ignored';

export class PowerCut extends Error {}
/** An address beyond the end. */
export class OutOfFlash extends Error {}

export interface FlashArrayOptions {
  /** Bytes; 4 MiB by default. */
  readonly size?: number;
  /** Content at the start, by address. */
  readonly content?: ReadonlyMap<number, Uint8Array>;
}

export class FlashArray {
  readonly size: number;
  /** Asked for each operation. */
  fate: (operation: FlashOperation) => FlashFate = () => 'works';
  /** Every operation so far. */
  readonly log: FlashOperation[] = [];
  readonly #sectors = new Map<number, Uint8Array>();
  readonly #stuck = new Map<number, number>();

  constructor({ size = 0x40_0000, content = new Map() }: FlashArrayOptions = {}) {
    this.size = size;
    for (const [address, bytes] of content) this.load(address, bytes);
  }

  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    const bytes = new Uint8Array(length).fill(0xff);
    for (const [base, sector] of this.#sectors) {
      const from = Math.max(base, address);
      const to = Math.min(base + SECTOR_SIZE, address + length);
      if (from < to) bytes.set(sector.subarray(from - base, to - base), from - address);
    }
    for (const [at, bits] of this.#stuck) {
      const index = at - address;
      if (index >= 0 && index < length) bytes[index] = (bytes[index] ?? 0) & ~bits;
    }
    return bytes;
  }

  /** Puts bytes there as a programmer at the factory would: no operation, no log. */
  load(address: number, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    this.#change(address, bytes, (_old, next) => next);
  }

  /** These bits of the byte read as 0 from now on, whatever is done. */
  breakCell(address: number, bits = 0xff): void {
    this.#stuck.set(address, bits);
  }

  /** The sector that holds the address. Throws PowerCut, OutOfFlash. */
  eraseSector(address: number): void {
    const base = address - (address % SECTOR_SIZE);
    this.#check(base, SECTOR_SIZE);
    const fate = this.#begin('erase', base, SECTOR_SIZE);
    if (fate === 'ignored') return;
    const length = fate === 'power-cut' ? SECTOR_SIZE / 2 : SECTOR_SIZE;
    this.#change(base, new Uint8Array(length).fill(0xff), (_old, next) => next);
    if (fate === 'power-cut') throw new PowerCut();
  }

  /** At most one page, not over its end. Throws PowerCut, OutOfFlash. */
  programPage(address: number, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    const fate = this.#begin('program', address, bytes.length);
    if (fate === 'ignored') return;
    const length = fate === 'power-cut' ? bytes.length >> 1 : bytes.length;
    this.#change(address, bytes.subarray(0, length), (old, next) => old & next);
    if (fate === 'power-cut') throw new PowerCut();
  }

  /** The sectors that were erased or programmed, each once, by address. */
  touched(): number[] {
    const sectors = this.log.map(({ address }) => address - (address % SECTOR_SIZE));
    return [...new Set(sectors)].sort((a, b) => a - b);
  }

  #begin(kind: FlashOperation['kind'], address: number, length: number): FlashFate {
    const operation = { nth: this.log.length + 1, kind, address, length };
    this.log.push(operation);
    return this.fate(operation);
  }

  #check(address: number, length: number): void {
    if (address < 0 || address + length > this.size) throw new OutOfFlash();
  }

  #change(address: number, bytes: Uint8Array, merge: (old: number, next: number) => number): void {
    bytes.forEach((next, index) => {
      const at = address + index;
      const sector = this.#sectorOf(at);
      sector[at % SECTOR_SIZE] = merge(sector[at % SECTOR_SIZE] ?? 0xff, next);
    });
  }

  #sectorOf(address: number): Uint8Array {
    const base = address - (address % SECTOR_SIZE);
    const known = this.#sectors.get(base);
    if (known !== undefined) return known;
    const blank = new Uint8Array(SECTOR_SIZE).fill(0xff);
    this.#sectors.set(base, blank);
    return blank;
  }
}
