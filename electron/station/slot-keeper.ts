/**
 * One slot, all shift: waits for a unit, has it provisioned, keeps the result until the unit is removed, and starts over.
 * A person may stop, release, repeat, or set the slot aside.
 * Must not: start anything while no order is open, or let a result go before somebody could see it.
 */
import { setMaxListeners } from 'node:events';
import type { SlotAction, SlotView, TranscriptLine } from '../contract/views.ts';
import { StationError } from '../domain/errors.ts';
import { EMPTY_SLOT, reduceRun, type SlotState } from '../domain/reduce-run.ts';
import type { RunEvent } from '../domain/run.ts';
import { follower, sleep } from './deadline.ts';
import type { SlotPort } from './ports.ts';
import type { Attempt, SlotRunner } from './slot-runner.ts';
import { type PhaseShares, slotStateView } from './slot-view.ts';
import { type Station, stopsStation } from './station.ts';
import { noteOf, TranscriptRing } from './transcript-ring.ts';

/** A unit that was just plugged in has this long to answer, in milliseconds; an adapter that is always there has for ever. */
const PLUGGED_WAIT_MS = 20_000;
const FOREVER_MS = 2 ** 31 - 1;
const LOOK_EVERY_MS = 250;

export interface KeeperParts {
  readonly slotId: string;
  readonly number: number;
  readonly port: SlotPort;
  readonly isOff: boolean;
  /** Called after each change of what the slot shows. */
  readonly onChange: () => void;
  readonly onFatal: (error: StationError) => void;
}

export class SlotKeeper {
  readonly slotId: string;
  readonly number: number;
  readonly #parts: KeeperParts;
  readonly #transcript = new TranscriptRing();
  #state: SlotState = EMPTY_SLOT;
  #path: string | undefined;
  /** When the port came that is there, until the attempt at what is plugged in has ended. */
  #arrivedAt: string | undefined;
  /** Something was plugged in that no attempt has begun with yet. */
  #hasJustCome = false;
  #isOff: boolean;
  #station: Station | undefined;
  #shift: AbortController | undefined;
  #shiftEnded: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #attempt: AbortController | undefined;
  /** What ends the wait for a unit's removal, when a person says so. */
  #wake: ((what: 'release' | 'again') => void) | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.slotId = parts.slotId;
    this.number = parts.number;
    this.#isOff = parts.isOff;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  get isPresent(): boolean {
    return this.#path !== undefined;
  }

  get isRunning(): boolean {
    return this.#state.kind === 'running';
  }

  view(shares: PhaseShares): SlotView {
    const { slotId, number } = this;
    const port = this.#path === undefined ? {} : { port: this.#path };
    return {
      slotId,
      number,
      ...port,
      state: this.#isOff ? { kind: 'off' } : slotStateView(this.#state, shares, this.#arrivedAt),
    };
  }

  transcript(): readonly TranscriptLine[] {
    return this.#transcript.lines();
  }

  actions(): readonly SlotAction[] {
    if (this.#isOff) return ['take-back'];
    if (this.isRunning) return ['stop'];
    const isLatched = this.#state.kind === 'finished' || this.#state.kind === 'already-done';
    return isLatched ? ['release', 'provision-again', 'set-aside'] : ['set-aside'];
  }

  /** News of this slot's runs. */
  hear(event: RunEvent): void {
    if (event.type === 'unit-identified') this.#transcript.begin();
    const note = noteOf(event);
    if (note !== undefined) this.#transcript.note('event', note);
    this.#state = reduceRun(this.#state, event);
    this.#parts.onChange();
  }

  /** The port's present path, as the watch sees it. */
  locate(path: string | undefined): void {
    if (path === this.#path) return;
    // Shown at once: whoever plugged it in looks up now, and a unit may take seconds to start.
    if (this.#path === undefined || path === undefined)
      this.#arrivedAt = path === undefined ? undefined : new Date().toISOString();
    const hasCome = this.#path === undefined && !this.isRunning;
    this.#path = path;
    this.#parts.onChange();
    // A wait that has no end began before the watch saw the port go; what has come now has to answer in time.
    if (hasCome) {
      this.#hasJustCome = true;
      this.#attempt?.abort();
    }
  }

  /** Begins to work under an open order, or ends it: the write in hand is finished first. */
  setStation(station: Station | undefined): Promise<void> {
    this.#station = station;
    return this.#changeShift();
  }

  setOff(isOff: boolean): Promise<void> {
    this.#isOff = isOff;
    return this.#changeShift();
  }

  /** Ends what is under way and begins anew, one call after the other: two loops on one slot must never be. */
  #changeShift(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      await this.#endShift();
      this.#state = EMPTY_SLOT;
      this.#arrivedAt = undefined;
      this.#parts.onChange();
      this.#beginShift();
    });
    return this.#turn;
  }

  stop(): void {
    if (!this.isRunning) throw new StationError('RUN_ABORTED', { slot: this.number });
    this.#attempt?.abort();
  }

  wake(what: 'release' | 'again'): void {
    this.#wake?.(what);
  }

  #beginShift(): void {
    if (this.#station === undefined || this.#isOff || this.#shift !== undefined) return;
    this.#hasJustCome = false;
    this.#shift = new AbortController();
    setMaxListeners(0, this.#shift.signal);
    this.#shiftEnded = this.#work(this.#station, this.#shift.signal);
  }

  async #endShift(): Promise<void> {
    this.#shift?.abort();
    await this.#shiftEnded;
    this.#shift = undefined;
  }

  async #work(station: Station, signal: AbortSignal): Promise<void> {
    const runner = station.slot(this.#parts.port);
    try {
      runner.announceRemoved();
      while (!signal.aborted) {
        while (!this.isPresent) await sleep(LOOK_EVERY_MS, signal);
        const waitMs = this.#hasJustCome ? PLUGGED_WAIT_MS : FOREVER_MS;
        this.#hasJustCome = false;
        const options = { waitMs, transcript: this.#transcript, isPatient: true, admit: () => true };
        await this.#untilRemoved(
          runner,
          await this.#one(signal, (own) => runner.attempt(options, own)),
          signal,
        );
      }
    } catch (error) {
      if (!signal.aborted) this.#parts.onFatal(new StationError('BUG', { slot: this.number }, error));
    } finally {
      await runner.release();
    }
  }

  async #one(signal: AbortSignal, work: (own: AbortSignal) => Promise<Attempt>): Promise<Attempt> {
    const own = new AbortController();
    setMaxListeners(0, own.signal);
    const follow = () => own.abort();
    signal.addEventListener('abort', follow, { once: true });
    this.#attempt = own;
    try {
      const attempt = await work(own.signal);
      if (attempt.kind === 'finished' && attempt.error !== undefined && stopsStation(attempt.error)) {
        this.#parts.onFatal(attempt.error);
      }
      return attempt;
    } finally {
      this.#attempt = undefined;
      if (!this.#hasJustCome) this.#arrivedAt = undefined;
      signal.removeEventListener('abort', follow);
    }
  }

  /** The result stays until the unit is gone, or a person lets it go or wants it tried again. */
  async #untilRemoved(runner: SlotRunner, attempt: Attempt, signal: AbortSignal): Promise<void> {
    let last = attempt;
    while (last.kind !== 'not-admitted' && !signal.aborted) {
      const { unit } = last;
      // Ends with the shift, and with this result: nothing of it may stay with a shift that lasts for weeks.
      using watch = follower(signal);
      const gone = this.#gone(runner, unit !== undefined, watch.signal);
      const what = await Promise.race([gone.then(() => 'gone' as const), this.#woken(watch.signal)]);
      if (signal.aborted) return gone;
      if (what === 'again') {
        watch.end();
        await gone;
        // Without a unit, trying again is waiting for one again.
        if (unit === undefined) return;
        const again = await this.#one(signal, (own) => runner.repeat(own)).catch(() => undefined);
        // Its port closed meanwhile: it is gone.
        if (again === undefined) return runner.announceRemoved();
        last = again;
        continue;
      }
      runner.announceRemoved();
      // Let go by hand: the unit still has to leave before the slot takes one.
      if (what === 'release' && unit !== undefined) await Promise.race([gone, this.#woken(watch.signal)]);
      watch.end();
      return gone;
    }
  }

  /** Resolves when a person says so, or on abort. */
  #woken(signal: AbortSignal): Promise<'release' | 'again' | 'over'> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (signal.aborted) resolve('over');
      signal.addEventListener('abort', () => resolve('over'), { once: true });
    });
  }

  /** Resolves when the unit, or without one the port, is gone; or on abort. */
  async #gone(runner: SlotRunner, hasUnit: boolean, signal: AbortSignal): Promise<void> {
    if (hasUnit) return runner.removed(signal).catch(() => undefined);
    while (this.isPresent && !signal.aborted) await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}
