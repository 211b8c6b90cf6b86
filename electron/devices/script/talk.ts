/**
 * The talk with one unit's console over the links that a slot gives: who is there, a sequence, and finding the same unit
 * again when it or its port falls silent. Must not: go on with another unit than the one that it was begun with.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { StationError } from '../../domain/errors.ts';
import type { SlotPort, UnitReport } from '../../station/ports.ts';
import { abortReason, pause } from '../smp/patience.ts';
import { reopen } from '../smp/reopen.ts';
import { bounded } from './bounded.ts';
import { ConsoleLine } from './console-line.ts';
import { asSequenceError, isInterruption } from './failures.ts';
import { Gone } from './line-ends.ts';
import type { SequenceName } from './profile-schema.ts';
import type { LoadedProfile } from './read-profile.ts';
import type { FieldNames, ScriptPayload } from './record.ts';
import { runSequence } from './run-sequence.ts';
import type { Knowledge } from './scope.ts';
import type { Value } from './template.ts';
import type { ScriptTranscript } from './transcript.ts';
import { unitReport } from './unit-report.ts';

export interface TalkParts {
  readonly slot: SlotPort;
  readonly profile: LoadedProfile;
  readonly settings: ReadonlyMap<string, Value>;
  readonly fieldNames: FieldNames;
  readonly baudRate: number;
  readonly bootTimeoutMs: number;
  readonly transcript: ScriptTranscript;
  readonly line: ConsoleLine;
}

/** How often a unit is looked for that does not answer as it should. */
const AGAIN_MS = 200;
const SETTLE_TIMES = 5;
/** A station that was told to end has five seconds for everything. */
const LEAVE_AT_CLOSE_MS = 1_000;
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

export class Talk {
  readonly parts: Omit<TalkParts, 'line'>;
  #line: ConsoleLine;
  #unit: UnitReport | undefined;
  #captured = new Map<string, Value>();
  #payload: ScriptPayload | undefined;
  #boot = newBoot();
  #isClosed = false;
  /** Nothing was sent since the unit was left. */
  #hasLeft = true;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: TalkParts) {
    this.parts = parts;
    this.#line = parts.line;
  }

  get line(): ConsoleLine {
    return this.#line;
  }

  /** When the last answer to who is there was begun to be asked for, on the clock of `performance.now()`. */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** The unit as it last described itself. */
  get unit(): UnitReport {
    if (this.#unit === undefined) throw new StationError('BUG', { what: 'no unit was identified yet' });
    return this.#unit;
  }

  /** The record is known: from now on its values can be sent, and its secrets be told from other text. */
  know(payload: ScriptPayload): void {
    if (this.#payload === payload) return;
    this.#payload = payload;
    this.parts.transcript.know(payload.secrets);
  }

  /** The unit has restarted. */
  noteRestart(): void {
    this.#boot = newBoot();
  }

  /** Takes a sequence. Throws as runSequence does. */
  async run(name: SequenceName, signal: AbortSignal, onTurn?: (share: number) => void): Promise<void> {
    this.#hasLeft = false;
    await runSequence({ ...this.parts, line: this.#line }, name, this.knowledge(), signal, onTurn);
  }

  knowledge(): Knowledge {
    const { settings, fieldNames } = this.parts;
    return { settings, fieldNames, captured: this.#captured, held: new Map(), payload: this.#payload };
  }

  /** Asks whoever is there who it is and what it holds; takes no notice of it. Throws as runSequence does. */
  async ask(signal: AbortSignal): Promise<UnitReport> {
    this.#hasLeft = false;
    const { profile, settings, fieldNames } = this.parts;
    const knowledge: Knowledge = { settings, fieldNames, captured: new Map(), held: new Map() };
    const parts = { ...this.parts, line: this.#line };
    await runSequence(parts, 'prepare', knowledge, signal);
    const askedAt = performance.now();
    await runSequence(parts, 'identify', knowledge, signal);
    this.#askedAt = askedAt;
    this.#captured = knowledge.captured;
    return unitReport(profile.source, knowledge, this.#boot);
  }

  /** Takes what a unit says of itself as the news of ours; UNIT_CHANGED where it is another one. */
  meet(report: UnitReport): UnitReport {
    const expected = this.#unit?.hardwareId;
    if (expected !== undefined && report.hardwareId !== expected) {
      throw new StationError('UNIT_CHANGED', { expected, found: report.hardwareId });
    }
    this.#unit = report;
    return report;
  }

  /**
   * Asks over and over until a unit answers as `accept` wants it, over a port that may vanish and come back. Rejects
   * what was wrong with the last answer, or why the signal aborted.
   */
  async find(
    withinMs: number,
    accept: (report: UnitReport) => boolean,
    signal: AbortSignal,
  ): Promise<UnitReport> {
    const until = performance.now() + withinMs;
    let last: unknown = new StationError('UNIT_STOPPED_ANSWERING', { port: this.parts.slot.name });
    for (;;) {
      const left = until - performance.now();
      if (left <= 0) throw asSequenceError(last, this.parts.slot.name);
      using bound = bounded(signal, left);
      try {
        if (this.#line.gone !== undefined) await this.reopen(until, signal);
        const report = await this.ask(bound.signal);
        if (accept(report)) return this.meet(report);
      } catch (thrown) {
        if (signal.aborted) throw abortReason(signal);
        if (!bound.isOver()) last = thrown;
        // A unit that is booting says all sorts of things; another unit is another unit.
        if (thrown instanceof StationError && thrown.code === 'UNIT_CHANGED') throw thrown;
      }
      await pause(AGAIN_MS, signal).over;
      if (signal.aborted) throw abortReason(signal);
    }
  }

  /** Opens the slot again after the port went away; `until` on the clock of `performance.now()`. */
  async reopen(until: number, signal: AbortSignal): Promise<void> {
    await this.#line.close();
    this.#line = await openConsole(
      this.parts,
      () => reopen(this.parts.slot, this.parts.baudRate, until, signal),
      signal,
    );
    this.parts.transcript.line('port opened again');
    if (this.#isClosed) await this.#line.close();
  }

  /** Takes `leave`, as far as that goes within `ms`. Resolves with whether the profile has it. */
  async leave(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.parts.profile.source.leave === undefined) return false;
    if (this.#hasLeft || this.#unit === undefined || this.#line.gone !== undefined) return true;
    using bound = bounded(signal, ms);
    // A unit that does not let itself be left is no worse than one that cannot be.
    await this.run('leave', bound.signal).catch(() => undefined);
    this.#hasLeft = true;
    return true;
  }

  async close(): Promise<void> {
    await this.leave(LEAVE_AT_CLOSE_MS, NEVER);
    this.#isClosed = true;
    this.parts.transcript.end();
    return this.#line.close();
  }
}

/** Opens a console's port, sets its lines as the profile wants them, and lets it come to rest. */
export async function openConsole(
  { profile }: Pick<TalkParts, 'profile'>,
  open: () => ReturnType<SlotPort['open']>,
  signal: AbortSignal,
): Promise<ConsoleLine> {
  const { link: rules } = profile.source;
  const link = await open();
  const line = new ConsoleLine({ link, pace: rules, stripAnsi: rules.stripAnsi });
  const { dtr, rts, settleMs } = rules.onOpen;
  try {
    if (dtr !== undefined || rts !== undefined) await link.setSignals({ dtr: dtr ?? true, rts: rts ?? true });
    if (settleMs !== undefined) await line.quiet(settleMs, SETTLE_TIMES * settleMs, signal);
  } catch (thrown) {
    // A port that went meanwhile is noticed by the first step.
    if (!(thrown instanceof Gone || isLost(thrown))) {
      await line.close();
      throw thrown;
    }
  }
  return line;
}

function isLost(thrown: unknown): boolean {
  return isInterruption(thrown) || (thrown instanceof StationError && thrown.code === 'PORT_LOST');
}

function newBoot(): string {
  return randomBytes(8).toString('hex');
}
