/**
 * What a host loads into the chip's memory, and whether that is a flasher stub: the emulator runs no code, so it starts as
 * a stub exactly where the bytes are those of a stub that it knows. Must not: hold a stub's code; digests are enough.
 */
import { createHash } from 'node:crypto';
import type { Segment } from './loader.ts';

interface KnownSegment {
  readonly address: number;
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
}

export interface KnownStub {
  readonly name: string;
  readonly entry: number;
  readonly segments: readonly KnownSegment[];
}

/** The stub for ESP32 of esptool-js 0.7.0, which is that of the recorded session. */
export const ESP32_STUB: KnownStub = {
  name: 'esp-flasher-stub as in esptool-js 0.7.0',
  entry: 0x400a_902c,
  segments: [
    {
      address: 0x400a_8000,
      length: 6456,
      sha256: 'fc5fb606754d152b9b9e4f20c72fdad83d1d99b1b139744bc53cc160b1edd570',
    },
    {
      address: 0x3ffd_ed6c,
      length: 212,
      sha256: '580837cfef9d57b223a4d30cf634dad72f1fdcc19b499ca62b514b487a0c3438',
    },
  ],
};

export function isStub(stub: KnownStub, entry: number, memory: readonly Segment[]): boolean {
  if (entry !== stub.entry) return false;
  return stub.segments.every(({ address, length, sha256 }) => {
    const segment = memory.findLast((each) => each.address === address);
    if (segment === undefined || !segment.isWhole || segment.bytes.length !== length) return false;
    return createHash('sha256').update(segment.bytes).digest('hex') === sha256;
  });
}

/** One begun upload: blocks by number until every byte is there. */
export class Upload implements Segment {
  readonly address: number;
  readonly blockSize: number;
  readonly bytes: Uint8Array;
  readonly #missing: Set<number>;

  constructor(options: { address: number; size: number; blocks: number; blockSize: number }) {
    this.address = options.address;
    this.blockSize = options.blockSize;
    this.bytes = new Uint8Array(options.size);
    this.#missing = new Set(Array.from({ length: options.blocks }, (_, number) => number));
  }

  get isWhole(): boolean {
    return this.#missing.size === 0;
  }

  /** Whether there is room for such a block. */
  put(number: number, block: Uint8Array): boolean {
    const from = number * this.blockSize;
    if (block.length > this.blockSize || from + block.length > this.bytes.length) return false;
    this.bytes.set(block, from);
    this.#missing.delete(number);
    return true;
  }
}
