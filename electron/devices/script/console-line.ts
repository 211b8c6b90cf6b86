/**
 * One open link to a console: sends lines at the console's pace, and waits for what it says, with a deadline each.
 * Must not: keep more than 64 KB of what a unit says, or let a unit that never stops take the time of other slots.
 */
import { StationError } from '../../domain/errors.ts';
import type { Link } from '../../station/ports.ts';
import { abortReason, pause } from '../smp/patience.ts';
import { AnsiStripper } from './ansi.ts';
import { Gone, Late } from './line-ends.ts';
import { type Hit, Search, type Sought } from './search.ts';

/** Most bytes that are kept unconsumed. */
export const BUFFER_MAX = 65_536;
/** A unit that says so much within one step says nothing that could be waited for. */
const FLOOD_BYTES = 4 * 1024 * 1024;
/** Silence after which a match that could still have grown is taken as it is. */
const SETTLED_MS = 30;
/** Taking noise out goes on for so long, in milliseconds, before others get a turn. */
const BUSY_MS = 4;
/** Being late by more than this is a stall of our own, which a unit must not pay for. */
const STALL_MS = 20;
const GRACE_MS = 30;
/** A search that took long is followed by a pause so many times as long. */
const REST = 3;

export interface Pace {
  readonly txChunk?: number | undefined;
  readonly txDelayMs?: number | undefined;
}

export interface Waiting {
  readonly timeoutMs: number;
  readonly idleMs?: number | undefined;
}

/** What was consumed: the text before what was found, without noise, and what was found. */
export interface Heard {
  readonly hit: Hit;
  readonly before: string;
  readonly text: string;
}

export class ConsoleLine {
  readonly #link: Link;
  readonly #pace: Pace;
  readonly #stripper: AnsiStripper | undefined;
  /** What is not consumed, after one consumed character (if there was one) by which a line's start is known. */
  #text = '';
  #context = 0;
  #base = 0;
  #bytesHeard = 0;
  #bytesAtStep = 0;
  #lastHeardAt = 0;
  #gone: StationError | undefined;
  #wake = () => {};

  constructor(options: { link: Link; pace: Pace; stripAnsi: boolean }) {
    this.#link = options.link;
    this.#pace = options.pace;
    this.#stripper = options.stripAnsi ? new AnsiStripper() : undefined;
    this.#link.onData((bytes) => this.#hear(bytes));
    this.#link.onClose((why) => {
      this.#gone = why ?? new StationError('PORT_LOST');
      this.#wake();
    });
  }

  get bytesHeard(): number {
    return this.#bytesHeard;
  }

  /** Why the link is no more; undefined while it is there. */
  get gone(): StationError | undefined {
    return this.#gone;
  }

  /** Sends at the console's pace; a line that has begun is sent whole. Throws Gone. */
  async send(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const size = this.#pace.txChunk ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      if (at > 0) await pause(this.#pace.txDelayMs ?? 0, signal).over;
      try {
        await this.#link.write(bytes.slice(at, at + size));
      } catch (thrown) {
        throw new Gone(thrown instanceof StationError ? thrown : new StationError('PORT_LOST'));
      }
    }
  }

  /** Throws away what has been received, and gives it. */
  discard(): string {
    const text = this.#text.slice(this.#context);
    this.#consume(this.#text.length);
    return text;
  }

  /** A new step begins: what the unit says is counted from here. */
  beginStep(): void {
    this.#bytesAtStep = this.#bytesHeard;
  }

  /** Waits for the first of what is sought. Throws Late, Gone, why the signal aborted, or UNIT_NOT_UNDERSTOOD. */
  async expect(sought: readonly Sought[], waiting: Waiting, signal: AbortSignal): Promise<Heard> {
    const search = new Search(sought);
    const clock = this.#clock(waiting);
    let isLast = false;
    let busyFrom = performance.now();
    for (;;) {
      this.#refuseFlood();
      const startedAt = performance.now();
      const { bytes, output } = { bytes: this.#bytesHeard, output: { text: this.#text, base: this.#base } };
      const hit = await search.first(output, this.#context, isLast);
      const tookMs = performance.now() - startedAt;
      if (hit !== undefined) {
        // Whatever arrived while it was searched for stands behind it; the oldest may have been dropped meanwhile.
        const dropped = this.#base - output.base;
        if (hit.sought.role !== 'noise') {
          const before = output.text.slice(this.#context, hit.start);
          this.#consume(Math.max(this.#context, hit.end - dropped));
          return { hit, before, text: output.text.slice(hit.start, hit.end) };
        }
        this.#cut(hit.start - dropped, hit.end - dropped);
        search.hasCut(output.base + hit.start);
        isLast = false;
        const busyMs = performance.now() - busyFrom;
        if (busyMs < BUSY_MS) continue;
        await pause(busyMs * REST, signal).over;
        clock.check(signal);
        busyFrom = performance.now();
        continue;
      }
      if (tookMs > 1) await pause(tookMs * REST, signal).over;
      busyFrom = performance.now();
      if (bytes !== this.#bytesHeard) {
        isLast = false;
        // Only now, so that what arrived in time is looked at in any case.
        clock.check(signal);
        continue;
      }
      const settleMs = isLast
        ? Number.POSITIVE_INFINITY
        : SETTLED_MS - (performance.now() - this.#lastHeardAt);
      const isEmpty = this.#text.length === this.#context;
      if (!isEmpty && settleMs <= 0) {
        isLast = true;
        continue;
      }
      clock.check(signal);
      await this.#change(Math.min(clock.leftMs(), isEmpty ? Number.POSITIVE_INFINITY : settleMs), signal);
      isLast = false;
      busyFrom = performance.now();
    }
  }

  /** The next `count` bytes, whatever they are. Throws as `expect` does. */
  async take(count: number, waiting: Waiting, signal: AbortSignal): Promise<string> {
    const clock = this.#clock(waiting);
    while (this.#text.length - this.#context < count) {
      clock.check(signal);
      await this.#change(clock.leftMs(), signal);
    }
    const text = this.#text.slice(this.#context, this.#context + count);
    this.#consume(this.#context + count);
    return text;
  }

  /**
   * Resolves after so long a silence, at most after `mostMs`. What came while this process stood still has yet to be read: such
   * a wait tells nothing.
   */
  async quiet(quietMs: number, mostMs: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + mostMs;
    for (;;) {
      const heard = this.#bytesHeard;
      const left = until - performance.now();
      const waitMs = Math.min(quietMs, Math.max(0, left));
      const due = performance.now() + waitMs;
      await pause(waitMs, signal).over;
      if (signal.aborted) throw abortReason(signal);
      if (this.#gone !== undefined) throw new Gone(this.#gone);
      const stoodStill = performance.now() - due > STALL_MS;
      if ((heard === this.#bytesHeard && !stoodStill) || left <= quietMs) return;
    }
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #hear(bytes: Uint8Array): void {
    this.#bytesHeard += bytes.length;
    this.#lastHeardAt = performance.now();
    const raw = Buffer.from(bytes).toString('latin1');
    this.#text += this.#stripper?.push(raw) ?? raw;
    // Down to the half at once: what is dropped costs a copy of what is kept, which not every chunk of a storm shall cost.
    const isFull = this.#text.length - this.#context > BUFFER_MAX;
    if (isFull) this.#consume(this.#text.length - BUFFER_MAX / 2);
    this.#wake();
  }

  /** Takes a piece out of what is not consumed; what stands before it and behind it is one text then. */
  #cut(start: number, end: number): void {
    const from = Math.max(this.#context, start);
    if (end > from) this.#text = this.#text.slice(0, from) + this.#text.slice(end);
  }

  /** Cuts what is before `at`, but for one character. */
  #consume(at: number): void {
    const from = Math.max(0, at - 1);
    this.#base += from;
    // A slice of a long string would keep it alive.
    this.#text = from === 0 ? this.#text : Buffer.from(this.#text.slice(from), 'latin1').toString('latin1');
    this.#context = at - from;
  }

  #refuseFlood(): void {
    if (this.#bytesHeard - this.#bytesAtStep <= FLOOD_BYTES) return;
    throw new StationError('UNIT_NOT_UNDERSTOOD', { reason: 'endless output', bytes: FLOOD_BYTES });
  }

  #clock({ timeoutMs, idleMs = Number.POSITIVE_INFINITY }: Waiting) {
    const startedAt = performance.now();
    const heardAtStart = this.#bytesHeard;
    let graceMs = 0;
    const leftMs = () => {
      const now = performance.now();
      const until = Math.min(startedAt + timeoutMs, Math.max(startedAt, this.#lastHeardAt) + idleMs);
      return until + graceMs - now;
    };
    const check = (signal: AbortSignal) => {
      this.#refuseFlood();
      if (signal.aborted) throw abortReason(signal);
      if (this.#gone !== undefined) throw new Gone(this.#gone);
      // Late because this process stalled: what arrived meanwhile is still to be read, and gets its turn first.
      if (leftMs() <= -STALL_MS && graceMs === 0) graceMs = GRACE_MS - leftMs();
      if (leftMs() <= 0) throw new Late(this.#bytesHeard > heardAtStart);
    };
    return { leftMs, check };
  }

  /** Resolves when bytes arrive, the link goes or the signal aborts, or after `ms`. */
  async #change(ms: number, signal: AbortSignal): Promise<void> {
    const wait = pause(Math.max(0, Math.min(ms, 2 ** 30)), signal);
    this.#wake = wait.cancel;
    await wait.over;
    this.#wake = () => {};
  }
}
