/**
 * A flash read of the stub under way: raw frames, each sent when the one before is acknowledged with the running total, and
 * at the end the MD5 of it all. The window that a host asks for is not used by the stub: one block is in flight.
 */
import { createHash } from 'node:crypto';
import { word } from './packet.ts';

interface FlashReadOptions {
  readonly bytes: Uint8Array;
  readonly blockSize: number;
  readonly sendFrame: (content: Uint8Array) => void;
}

export class FlashRead {
  readonly #options: FlashReadOptions;
  #sent = 0;
  #isOver = false;

  constructor(options: FlashReadOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    if (this.#options.bytes.length === 0) this.#end();
    else this.#sendBlock();
  }

  /** Whatever is not a total of four bytes ends the read, as does the total of everything. */
  acknowledged(frame: Uint8Array): void {
    const { length } = this.#options.bytes;
    if (frame.length !== 4) return this.#end();
    if (this.#sent < length) this.#sendBlock();
    else if (word(frame, 0) >= length) this.#end();
  }

  #sendBlock(): void {
    const { bytes, blockSize, sendFrame } = this.#options;
    const block = bytes.subarray(this.#sent, this.#sent + blockSize);
    this.#sent += block.length;
    sendFrame(block);
  }

  #end(): void {
    const { bytes, sendFrame } = this.#options;
    this.#isOver = true;
    sendFrame(createHash('md5').update(bytes.subarray(0, this.#sent)).digest());
  }
}
