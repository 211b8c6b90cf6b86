/**
 * A flash write of the stub under way. It erases the first sector when it begins, one more with each block, and what is still
 * needed before it programs; of a packed stream it programs what has come out when its window of 32 KiB is full or the stream
 * ends. Must not: answer anything; it returns the status that the next request gets.
 */
import type { ChipFlash } from './chip-flash.ts';
import { SECTOR_SIZE } from './flash-array.ts';
import { Inflating } from './inflating.ts';

const WINDOW = 0x8000;
const OK = [0, 0];
const FLASH_FAILED = [0xc4, 0];
const INFLATE_FAILED = [0xc7, 0];

interface StubWriteOptions {
  readonly flash: ChipFlash;
  readonly address: number;
  /** Bytes to be written, unpacked. */
  readonly size: number;
  readonly isPacked: boolean;
}

export class StubWrite {
  readonly #options: StubWriteOptions;
  readonly #eraseEnd: number;
  #inflating = new Inflating();
  #nextErase: number;
  #written = 0;

  constructor(options: StubWriteOptions) {
    const { address, size } = options;
    this.#options = options;
    this.#nextErase = address - (address % SECTOR_SIZE);
    this.#eraseEnd = Math.ceil((address + size) / SECTOR_SIZE) * SECTOR_SIZE;
  }

  get remaining(): number {
    return this.#options.size - this.#written;
  }

  begin(): Promise<void> {
    return this.#eraseNext();
  }

  async add(sequence: number, block: Uint8Array): Promise<readonly number[]> {
    if (!this.#options.isPacked) return this.#program(block.subarray(0, this.remaining));
    if (sequence === 0) this.#inflating = new Inflating();
    await this.#eraseNext();
    const out = this.#inflating.add(block);
    if (out === undefined) return INFLATE_FAILED;
    const ready = this.#inflating.isDone ? out.length : out.length - (out.length % WINDOW);
    return this.#program(out.subarray(this.#written, ready));
  }

  async #program(bytes: Uint8Array): Promise<readonly number[]> {
    if (bytes.length === 0) return OK;
    const at = this.#options.address + this.#written;
    // More than was announced: beyond what is erased the stub does not write.
    if (bytes.length > this.remaining) return FLASH_FAILED;
    while (this.#nextErase < at + bytes.length) await this.#eraseNext();
    await this.#options.flash.program(at, bytes);
    this.#written += bytes.length;
    return OK;
  }

  async #eraseNext(): Promise<void> {
    if (this.#nextErase >= this.#eraseEnd) return;
    const at = this.#nextErase;
    this.#nextErase += SECTOR_SIZE;
    await this.#options.flash.erase(at);
  }
}
