/**
 * What a loader, the ROM's or the stub, is to the chip, and what the chip is to a loader. Must not: hold behaviour.
 */
import type { ChipFlash } from './chip-flash.ts';
import type { Reply, Request } from './packet.ts';
import type { Registers } from './registers.ts';

export interface Served {
  /** In order; an operation that is answered eight times is there eight times. */
  readonly replies: readonly Reply[];
  /** What the loader does once the replies are out. */
  readonly afterwards?: () => Promise<void> | void;
}

export interface Loader {
  /** Frames that are no requests: acknowledgements of a read. True: it was one. */
  hear?(frame: Uint8Array): boolean;
  serve(request: Request): Promise<Served>;
}

export interface LoaderHost {
  readonly flash: ChipFlash;
  readonly registers: Registers;
  /** A frame that is no reply, as what a flash read sends. */
  sendFrame(content: Uint8Array): void;
  setRate(baudRate: number): void;
  /** The chip leaves its loader and runs what is in its memory. */
  jump(entry: number, memory: readonly Segment[]): void;
  startApplication(): void;
}

/** Bytes that were uploaded into the chip's memory. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Whether every block of it has come. */
  readonly isWhole: boolean;
}
