/**
 * The chip's serial port: its own rate and that at which the station listens, pieces in which bytes arrive, and the cable
 * that may be cut at a byte. At a rate that is not the other's every byte is garbage. Must not: know what the bytes mean.
 */
import type { UnitLine } from '../units/unit-line.ts';

/** Between two ends that differ by more, bytes are not understood. */
const TOLERANCE = 0.03;
const BITS_PER_BYTE = 10;
/** Paced bytes go out in slices of about this many milliseconds, so that they arrive as a stream. */
const SLICE_MS = 5;

export interface CableCut {
  readonly direction: 'in' | 'out' | 'both';
  /** How many bytes pass before. */
  readonly atByte: number;
}

export interface UartOptions {
  readonly line: UnitLine;
  /** The size of the next piece that goes out; undefined: all at once. */
  readonly pieces?: (() => number) | undefined;
  /** Whether bytes take the time that they take at the rate. */
  readonly isPaced: boolean;
  readonly cut: () => CableCut | undefined;
  /** The cable was cut while bytes passed. */
  readonly onCut: () => void;
}

export class Uart {
  /** The chip's rate. */
  rate = 115_200;
  /** The station's rate; undefined: not known, so never wrong. */
  stationRate: number | undefined;
  readonly passed = { in: 0, out: 0 };
  readonly #options: UartOptions;
  readonly #waiting: Uint8Array[] = [];
  #isSending = false;
  #freeAt = { in: 0, out: 0 };
  /** Changes when the line goes, so that what was under way is lost. */
  #connection = 0;

  constructor(options: UartOptions) {
    this.#options = options;
  }

  /** Whole pieces of what is sent, in order, each in a turn of its own. */
  send(bytes: Uint8Array): void {
    const heard = this.#asHeard(bytes);
    const { pieces, isPaced } = this.#options;
    const usual = isPaced ? (this.rate / BITS_PER_BYTE / 1000) * SLICE_MS : heard.length;
    for (let from = 0; from < heard.length; ) {
      const length = Math.max(1, Math.round(pieces?.() ?? usual));
      this.#waiting.push(heard.subarray(from, from + length));
      from += length;
    }
    this.#sendNext();
  }

  /** Hands on what the station sent, as the chip hears it. */
  receive(bytes: Uint8Array, listener: (bytes: Uint8Array) => void): void {
    const passing = this.#passing('in', bytes);
    const heard = this.#asHeard(passing);
    const connection = this.#connection;
    this.#after('in', heard.length, () => {
      if (connection === this.#connection) listener(heard);
    });
    if (passing.length < bytes.length) this.#cutSoon();
  }

  /** What the chip had still to send is lost with its reset. */
  forget(): void {
    this.#waiting.length = 0;
  }

  /** What is on its way comes to nothing. */
  drop(): void {
    this.#connection++;
    this.forget();
    this.#freeAt = { in: 0, out: 0 };
  }

  #sendNext(): void {
    if (this.#isSending) return;
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    const connection = this.#connection;
    this.#isSending = true;
    const sent = this.#passing('out', piece);
    this.#after('out', sent.length, () => {
      this.#isSending = false;
      if (connection === this.#connection) {
        this.#options.line.send(sent);
        if (sent.length < piece.length) this.#cutSoon();
      }
      this.#sendNext();
    });
  }

  #cutSoon(): void {
    const connection = this.#connection;
    // What passed before the cut is still on its way.
    setImmediate(() => {
      if (connection === this.#connection) this.#options.onCut();
    });
  }

  #after(direction: 'in' | 'out', bytes: number, run: () => void): void {
    if (!this.#options.isPaced) {
      if (direction === 'in') run();
      else setImmediate(run);
      return;
    }
    const now = performance.now();
    const at = Math.max(this.#freeAt[direction], now) + (bytes * BITS_PER_BYTE * 1000) / this.rate;
    this.#freeAt[direction] = at;
    setTimeout(run, at - now);
  }

  #passing(direction: 'in' | 'out', bytes: Uint8Array): Uint8Array {
    const cut = this.#options.cut();
    const isCounted = cut !== undefined && (cut.direction === direction || cut.direction === 'both');
    const before = cut?.direction === 'both' ? this.passed.in + this.passed.out : this.passed[direction];
    const left = isCounted && before < cut.atByte ? cut.atByte - before : Number.POSITIVE_INFINITY;
    const passing = bytes.length > left ? bytes.subarray(0, left) : bytes;
    this.passed[direction] += passing.length;
    return passing;
  }

  #asHeard(bytes: Uint8Array): Uint8Array {
    const { rate, stationRate = rate } = this;
    if (Math.abs(rate - stationRate) <= TOLERANCE * rate) return bytes;
    return garbage(bytes, Math.min(4, stationRate / rate));
  }
}

/** Bytes of another rate: other ones, and more or fewer of them. */
function garbage(bytes: Uint8Array, ratio: number): Uint8Array {
  let state = bytes.length;
  return Uint8Array.from({ length: Math.ceil(bytes.length * ratio) }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345 + (bytes[index % bytes.length] ?? 0)) >>> 0;
    return (state >>> 16) & 0xff;
  });
}
