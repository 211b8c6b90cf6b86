/**
 * The flash as a loader uses it: page by page, sector by sector, each operation with the time that it takes. Where power
 * went meanwhile nothing more is done. Must not: outlive one start of the chip.
 */
import { createHash } from 'node:crypto';
import { type FlashArray, PAGE_SIZE, PowerCut, SECTOR_SIZE } from './flash-array.ts';

export interface FlashTimes {
  /** Milliseconds to erase a sector. */
  readonly eraseMs?: number;
  /** Milliseconds to program a page of 256 bytes. */
  readonly programMs?: number;
}

interface ChipFlashOptions {
  readonly array: FlashArray;
  readonly times: FlashTimes;
  /** Whether the chip still runs as it did when this was made. */
  readonly isAlive: () => boolean;
}

export class ChipFlash {
  readonly #options: ChipFlashOptions;

  constructor(options: ChipFlashOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#options.array.size;
  }

  read(address: number, length: number): Uint8Array {
    return this.#options.array.read(address, length);
  }

  md5(address: number, length: number): Buffer {
    return createHash('md5').update(this.read(address, length)).digest();
  }

  /** Erases one sector. Rejects PowerCut, OutOfFlash. */
  async erase(address: number): Promise<void> {
    await this.#take(this.#options.times.eraseMs);
    this.#options.array.eraseSector(address);
  }

  /** Erases every sector from that of `from` up to `to`. */
  async eraseRange(from: number, to: number): Promise<void> {
    for (let at = from - (from % SECTOR_SIZE); at < to; at += SECTOR_SIZE) await this.erase(at);
  }

  /** Programs page by page. Rejects PowerCut, OutOfFlash. */
  async program(address: number, bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const at = address + from;
      const length = Math.min(PAGE_SIZE - (at % PAGE_SIZE), bytes.length - from);
      await this.#take(this.#options.times.programMs);
      this.#options.array.programPage(at, bytes.subarray(from, from + length));
      from += length;
    }
  }

  async #take(ms = 0): Promise<void> {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    if (!this.#options.isAlive()) throw new PowerCut();
  }
}
