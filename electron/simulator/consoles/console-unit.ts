/**
 * A device with a text console on a line: its power, its cable, and a cut of the cable at a chosen byte.
 * Must not: know what is said; that is the console's own file.
 */
import type { UnitLine } from '../units/unit-line.ts';

/** What a kind of console is to its unit. What it stores outlives `cutPower`. */
export interface Console {
  /** Starts from its boot text. `send` is good until power is cut. */
  power(send: (bytes: Uint8Array) => void): void;
  receive(bytes: Uint8Array): void;
  cutPower(): void;
  /** For good. */
  close(): void;
}

export interface ConsoleUnitOptions {
  readonly line: UnitLine;
  readonly console: Console;
  /** The cable is pulled when so many bytes have passed, both directions together. */
  readonly cutAtByte?: number;
  /** After a cut it is put back after so many milliseconds; undefined: never. */
  readonly returnsAfterMs?: number;
  /** The cable carries the power as well, as USB does; otherwise the console does not notice a cut. */
  readonly isPoweredByLine?: boolean;
}

export class ConsoleUnit {
  readonly #options: ConsoleUnitOptions;
  #cutAtByte: number;
  #bytes = 0;
  #isPlugged = true;
  #isClosed = false;
  #turn = 0;

  constructor(options: ConsoleUnitOptions) {
    this.#options = options;
    this.#cutAtByte = options.cutAtByte ?? Number.POSITIVE_INFINITY;
    options.line.onReceive((bytes) => this.#hear(bytes));
    this.#power();
  }

  /** Bytes that have passed, both directions together. */
  get bytes(): number {
    return this.#bytes;
  }

  unplug(): void {
    this.#turn++;
    this.#isPlugged = false;
    if (this.#options.isPoweredByLine === true) this.#options.console.cutPower();
    this.#options.line.unplug();
  }

  /** No cut is planned any more. */
  async plug(): Promise<void> {
    this.#cutAtByte = Number.POSITIVE_INFINITY;
    // A cut that was about to come would pull a cable that has just been put in.
    this.#turn++;
    await this.#options.line.plug();
    if (this.#isClosed || this.#isPlugged) return;
    this.#isPlugged = true;
    if (this.#options.isPoweredByLine === true) this.#power();
  }

  cutPower(): void {
    this.#options.console.cutPower();
  }

  close(): void {
    this.#turn++;
    this.#isClosed = true;
    this.#options.console.close();
    this.#options.line.close();
  }

  #power(): void {
    this.#options.console.power((bytes) => this.#say(bytes));
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    const heard = this.#passing(bytes);
    this.#options.console.receive(heard);
    if (heard.length < bytes.length) this.#cut();
  }

  #say(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    const said = this.#passing(bytes);
    this.#options.line.send(said);
    // What was said before the cut is still on its way to the station.
    const turn = this.#turn;
    if (said.length < bytes.length) setImmediate(() => turn === this.#turn && this.#cut());
  }

  /** The part of `bytes` that passes before the cable is cut. */
  #passing(bytes: Uint8Array): Uint8Array {
    const left = Math.max(0, this.#cutAtByte - this.#bytes);
    const passing = bytes.subarray(0, Math.min(bytes.length, left));
    this.#bytes += passing.length;
    return passing;
  }

  #cut(): void {
    if (!this.#isPlugged || this.#isClosed) return;
    this.unplug();
    const turn = this.#turn;
    const { returnsAfterMs } = this.#options;
    if (returnsAfterMs === undefined) return;
    setTimeout(() => {
      if (turn === this.#turn) void this.plug();
    }, returnsAfterMs);
  }
}
