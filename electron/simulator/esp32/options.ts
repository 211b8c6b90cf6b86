/**
 * What an emulated ESP32 is made of, and what can go wrong with it. Must not: hold behaviour.
 */
import type { UnitLine } from '../units/unit-line.ts';
import type { FlashTimes } from './chip-flash.ts';
import type { FlashArray, FlashFate, FlashOperation } from './flash-array.ts';
import type { OperationName } from './packet.ts';
import type { Partition } from './partition-image.ts';
import type { CableCut } from './uart.ts';
import type { KnownStub } from './upload.ts';

/** What becomes of one request. */
export type Esp32Incident =
  /** As if it had never arrived. */
  | 'ignored'
  /** Carried out, but the reply is lost. */
  | 'reply-lost'
  | 'power-cut-before'
  /** Carried out and answered with nothing: power is gone. */
  | 'power-cut-after'
  | 'unplugged'
  /** Refused with these status bytes, as [1, 6] of the ROM. */
  | { readonly status: readonly [number, number] }
  | { readonly delayMs: number };

export interface Esp32Faults {
  /** Neither ROM nor application says a word. */
  readonly isSilent?: boolean;
  /** DTR and RTS lead nowhere: the application just goes on. */
  readonly hasNoAutoReset?: boolean;
  /** Asked for each request that a loader understands; `nth` counts from 1 over the life of the chip. */
  readonly onRequest?: (name: OperationName, nth: number) => Esp32Incident | undefined;
  /** Asked for each operation of the flash. */
  readonly onFlash?: (operation: FlashOperation) => FlashFate;
  /** Text, never with 0xC0, that stands before the next frame. */
  readonly noise?: () => string | undefined;
  /** Milliseconds by which the start is later than usual. */
  readonly lateStartMs?: number;
  /** The cable is pulled when so many bytes have passed, counted over the life of the chip. */
  readonly cut?: CableCut;
  /** After a cut or a loss of power all is well again after so many milliseconds; undefined: never. */
  readonly returnsAfterMs?: number;
  /** What comes back carries another name of the system. */
  readonly returnsRenamed?: boolean;
}

export interface EmulatedEsp32Options {
  readonly line: UnitLine;
  /** 12 hex digits. */
  readonly mac: string;
  /** A flash that was there before; else one with the partition table, all else blank. */
  readonly flash?: FlashArray;
  /** By default those of a plain ESP-IDF project; none: nothing at 0x8000. */
  readonly partitions?: readonly Partition[];
  /** Other than 0x00F01D83: a chip that is no ESP32. */
  readonly magic?: number;
  /** FLASH_CRYPT_CNT; an odd number of ones: flash encryption is on, and the table reads as ciphertext. */
  readonly cryptCount?: number;
  readonly isSecureDownload?: boolean;
  /** Words of eFuse block 0, by number. */
  readonly eFuses?: Readonly<Record<number, number>>;
  readonly flashTimes?: FlashTimes;
  /** What starts when it was uploaded whole; by default the stub of esptool-js 0.7.0. */
  readonly stub?: KnownStub;
  /** 8 by default, as its source says. */
  readonly stubSyncReplies?: number;
  /** Milliseconds until EN is high after a reset; 1 by default. */
  readonly riseMs?: number;
  /** Milliseconds from reset to the ROM's text and first answer; 5 by default. */
  readonly romStartMs?: number;
  /** Milliseconds from reset to the application's first line; 20 by default. */
  readonly bootMs?: number;
  /**
   * Lines that the application prints when it has started, of what the flash holds; never values. By default one that says
   * whether the namespace `keybench` of the partition at 0x9000 has a credential.
   */
  readonly application?: (flash: FlashArray) => readonly string[];
  /** Milliseconds between lines that the application logs; undefined: it is quiet. */
  readonly logEveryMs?: number;
  /** The size of the next piece in which bytes go out; undefined: frames arrive whole. */
  readonly pieces?: () => number;
  /** Bytes take the time that they take at the rate. */
  readonly isPaced?: boolean;
  readonly isPowered?: boolean;
  readonly faults?: Esp32Faults;
}
