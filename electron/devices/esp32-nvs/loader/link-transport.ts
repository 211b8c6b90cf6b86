/**
 * Our link as the transport that esptool-js asks for. Its own, made for browsers, loses the stream's place when it flushes in the
 * middle of a frame, polls, prints payloads, and may never let go of a port that is gone (facts of its issue tracker).
 * Must not: wait without an end, print anything, or set one modem line without the other.
 */
import { Transport } from 'esptool-js';
import { StationError } from '../../../domain/errors.ts';
import type { Link } from '../../../station/ports.ts';
import { abortReason, afterAwake, pause } from '../../smp/patience.ts';
import { encodeSlip, SlipParser } from './slip.ts';

/** The chip said nothing in time. */
export class NoReply extends Error {}

/**
 * `rom`: frames among text. `stub`: frames; when the chip prints that it was reset, no reply will come any more. `application`: all is
 * text, whatever bytes it has.
 */
export type Speaker = 'rom' | 'stub' | 'application';

interface Waiting {
  frame(frame: Uint8Array): void;
  fail(why: Error): void;
}

const BITS_PER_BYTE = 10;
const TEXT_MAX = 4096;
/** A ROM answers to a SYNC eight times, and a few of them may be under way. */
const FRAMES_MAX = 128;
/** How every ROM begins, whatever reset it. */
const RESET = /rst:0x[0-9a-f]+ \(/;

export class LinkTransport extends Transport {
  readonly #link: Link;
  readonly #parser = new SlipParser({
    onFrame: (frame) => this.#receive(frame),
    onText: (text) => this.#hear(text),
  });
  readonly #frames: Uint8Array[] = [];
  #waiting: Waiting | undefined;
  #signal: AbortSignal;
  #gone: StationError | undefined;
  #onText: () => void = () => {};
  #speaker: Speaker = 'rom';
  #text = '';
  #sentUntil = 0;
  #bytesHeard = 0;
  #hasLines: boolean | undefined;

  /** `signal` ends every wait, until another one takes its place. */
  constructor({ link, baudRate, signal }: { link: Link; baudRate: number; signal: AbortSignal }) {
    super(NO_DEVICE);
    this.#link = link;
    this.#signal = signal;
    this.baudrate = baudRate;
    link.onData((bytes) => {
      this.#bytesHeard += bytes.length;
      if (this.#speaker === 'application') this.#hear(Buffer.from(bytes).toString('latin1'));
      else this.#parser.push(bytes);
    });
    link.onClose((why) => this.#lose(why ?? new StationError('PORT_LOST')));
  }

  /** Why the link is no more; undefined while it is there. */
  get gone(): StationError | undefined {
    return this.#gone;
  }

  get bytesHeard(): number {
    return this.#bytesHeard;
  }

  /** Undefined until a line was set for the first time. */
  get hasLines(): boolean | undefined {
    return this.#hasLines;
  }

  /** What the chip printed since it was last taken. */
  get text(): string {
    return this.#text;
  }

  /** Who speaks from now on. What was printed before is forgotten. */
  expect(speaker: Speaker): void {
    this.#text = '';
    this.#speaker = speaker;
    if (speaker === 'application') this.#parser.wipe();
  }

  under(signal: AbortSignal): void {
    this.#signal = signal;
  }

  /** Waits until the text fits, at most `ms` milliseconds; whether it did. Rejects PORT_LOST or why the signal aborted. */
  async heard(fits: RegExp, ms: number): Promise<boolean> {
    this.#refuseOver();
    if (fits.test(this.#text)) return true;
    const turn = pause(ms, this.#signal);
    this.#onText = () => {
      if (fits.test(this.#text) || this.#gone !== undefined) turn.cancel();
    };
    try {
      await turn.over;
    } finally {
      this.#onText = () => {};
    }
    this.#refuseOver();
    return fits.test(this.#text);
  }

  /** Milliseconds, or less where the signal aborts. */
  async sleep(ms: number): Promise<void> {
    await pause(ms, this.#signal).over;
    this.#refuseOver();
  }

  override async write(data: Uint8Array): Promise<void> {
    this.#refuseOver();
    const frame = encodeSlip(data);
    const wireMs = (frame.length * BITS_PER_BYTE * 1000) / this.baudrate;
    this.#sentUntil = Math.max(this.#sentUntil, performance.now()) + wireMs;
    try {
      await this.#link.write(frame);
    } finally {
      // It may have held a piece of the record.
      frame.fill(0);
    }
  }

  /** The next frame; `timeout` in milliseconds, beside what our own bytes still take on the wire. Rejects NoReply. */
  override read(timeout: number): Promise<Uint8Array> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) return reject(this.#gone);
      if (this.#hasReset) return reject(new NoReply());
      if (this.#signal.aborted) return reject(abortReason(this.#signal));
      const signal = this.#signal;
      const end = () => {
        cancel();
        signal.removeEventListener('abort', stop);
        this.#waiting = undefined;
      };
      const fail = (why: Error) => {
        end();
        reject(why);
      };
      const stop = () => fail(abortReason(signal));
      const onWire = Math.max(0, this.#sentUntil - performance.now());
      const cancel = afterAwake(timeout + onWire, () => fail(new NoReply()));
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting = {
        fail,
        frame(next) {
          end();
          resolve(next);
        },
      };
    });
  }

  /** Gives back a frame that was read, to be the next that is. */
  putBack(frame: Uint8Array): void {
    this.#frames.unshift(frame);
  }

  /** Whole frames only: one that is arriving keeps its head. */
  override flushInput(): void {
    for (const frame of this.#frames.splice(0)) frame.fill(0);
  }

  /** Replies that come late are told by their command: there is nothing to wait for. */
  override async drainInput(): Promise<void> {
    this.flushInput();
  }

  override async setSignals(dtr = false, rts = false): Promise<void> {
    this.#refuseOver();
    this.#hasLines = await this.#link.setSignals({ dtr, rts });
  }

  /** Lets both lines go, also when the signal has aborted. Never rejects. */
  async release(): Promise<void> {
    await this.#link.setSignals({ dtr: false, rts: false }).catch(() => undefined);
  }

  override async changeBaudrate(baudRate: number): Promise<boolean> {
    if (baudRate === this.baudrate) return false;
    await this.#link.setBaudRate(baudRate);
    this.baudrate = baudRate;
    return false;
  }

  /** Whatever was received is overwritten. */
  override async disconnect(): Promise<void> {
    this.flushInput();
    this.#parser.wipe();
    await this.#link.close();
  }

  override trace(): void {}
  override async connect(): Promise<void> {}
  override async readLoop(): Promise<void> {}
  override getInfo(): string {
    return '';
  }
  override getVid(): undefined {}
  override getPid(): undefined {}

  #receive(frame: Uint8Array): void {
    if (this.#waiting !== undefined) return this.#waiting.frame(frame);
    this.#frames.push(frame);
    if (this.#frames.length > FRAMES_MAX) this.#frames.shift();
  }

  #hear(text: string): void {
    this.#text = (this.#text + text).slice(-TEXT_MAX);
    this.#onText();
    if (this.#hasReset) this.#waiting?.fail(new NoReply());
  }

  get #hasReset(): boolean {
    return this.#speaker === 'stub' && RESET.test(this.#text);
  }

  #lose(why: StationError): void {
    if (this.#gone !== undefined) return;
    this.#gone = why;
    this.#waiting?.fail(why);
    this.#onText();
  }

  #refuseOver(): void {
    if (this.#gone !== undefined) throw this.#gone;
    if (this.#signal.aborted) throw abortReason(this.#signal);
  }
}

/** The base class keeps a browser's port, which none of the methods above asks. */
const NO_DEVICE = {} as ConstructorParameters<typeof Transport>[0];
