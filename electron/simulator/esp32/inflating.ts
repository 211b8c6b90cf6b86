/**
 * A zlib stream that arrives in blocks. Must not: decide when what came out is written.
 */
import { constants, inflateSync } from 'node:zlib';

export class Inflating {
  #packed: Buffer = Buffer.alloc(0);
  #isDone = false;

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Everything that has come out so far; undefined where the stream is broken. */
  add(block: Uint8Array): Buffer | undefined {
    this.#packed = Buffer.concat([this.#packed, block]);
    const whole = inflated(this.#packed, constants.Z_FINISH);
    this.#isDone = whole !== undefined;
    return whole ?? inflated(this.#packed, constants.Z_SYNC_FLUSH);
  }
}

function inflated(packed: Buffer, finishFlush: number): Buffer | undefined {
  try {
    return inflateSync(packed, { finishFlush });
  } catch {
    return undefined;
  }
}
