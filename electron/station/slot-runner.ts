/**
 * One slot: waits for a unit, takes it through `provision`, and tells how it ended. One run at a time.
 * This is the only place where an error of a run is caught.
 * Must not: decide when to start; the station or the command line does.
 */
import { randomUUID } from 'node:crypto';
import { asStationError, StationError } from '../domain/errors.ts';
import { type HardwareId, runId } from '../domain/ids.ts';
import type { Finish, RunEvent, RunNews } from '../domain/run.ts';
import { Held } from './held.ts';
import { awaitRemoval, connectWhenBack } from './next-unit.ts';
import type { DeviceSession, SlotPort, Transcript } from './ports.ts';
import { provision } from './provision.ts';
import { endFailedRun } from './run-ending.ts';
import { PhaseLog } from './run-phase.ts';
import type { AlreadyDone, RunContext, SealedRecord } from './stages.ts';
import type { Bench } from './station.ts';

export type Attempt =
  | {
      readonly kind: 'finished';
      readonly finish: Finish;
      readonly unit: HardwareId | undefined;
      readonly error?: StationError;
    }
  | { readonly kind: 'already-done'; readonly unit: HardwareId }
  /** No attempt: cancelled while no unit was there, or `admit` said that no further one is wanted. */
  | { readonly kind: 'not-admitted' };

export interface AttemptOptions {
  /** Milliseconds until a unit must answer; after an earlier attempt, the next unit. */
  readonly waitMs: number;
  readonly transcript?: Transcript;
  /** The port may be away, or not ready, while the unit is waited for. In `keybench run` it may not. */
  readonly isPatient?: boolean;
  /** Asked once, when a unit answers or when none came: may this count as an attempt? */
  admit(): boolean;
}

export class SlotRunner {
  readonly slot: SlotPort;
  readonly #bench: Bench;
  #session: DeviceSession | undefined;
  #isBusy = false;

  constructor({ slot, bench }: { slot: SlotPort; bench: Bench }) {
    this.slot = slot;
    this.#bench = bench;
  }

  /**
   * Waits for a unit and makes one attempt at it. Never rejects but for a call while another attempt is alive.
   * The session stays open afterwards: the next attempt waits for that unit to go.
   */
  async attempt(options: AttemptOptions, signal: AbortSignal): Promise<Attempt> {
    if (this.#isBusy) throw new Error(`slot ${this.slot.name} is busy`);
    this.#isBusy = true;
    try {
      return await this.#attempt(options, signal);
    } finally {
      this.#isBusy = false;
    }
  }

  async #attempt(options: AttemptOptions, signal: AbortSignal): Promise<Attempt> {
    let session: DeviceSession;
    try {
      session = await this.#nextUnit(options, signal);
    } catch (thrown) {
      if (signal.aborted || !options.admit()) return { kind: 'not-admitted' };
      return this.#fail(asStationError(thrown), undefined, new PhaseLog());
    }
    this.#session = session;
    if (signal.aborted || !options.admit()) {
      await this.release();
      return { kind: 'not-admitted' };
    }
    return this.#runUnit(session, signal);
  }

  async #nextUnit(
    { waitMs, transcript, isPatient }: AttemptOptions,
    signal: AbortSignal,
  ): Promise<DeviceSession> {
    const { family, order } = this.#bench;
    const options = { rules: order.device, transcript };
    const previous = this.#session;
    if (previous === undefined) {
      this.#announce({ type: 'slot-waiting' });
      const connect = isPatient ? connectWhenBack : connectNow;
      return connect(family, this.slot, { ...options, waitMs }, signal);
    }
    const startedAt = performance.now();
    await awaitRemoval(previous, waitMs, signal);
    this.#announce({ type: 'unit-removed' });
    await this.release();
    const left = Math.max(0, waitMs - (performance.now() - startedAt));
    return connectWhenBack(family, this.slot, { ...options, waitMs: left }, signal);
  }

  /** `first` is what must go well before anything else is done with a unit that has been here for a while. */
  async #runUnit(
    session: DeviceSession,
    signal: AbortSignal,
    first?: () => Promise<unknown>,
  ): Promise<Attempt> {
    const log = new PhaseLog();
    const run = await this.#contextOf(session);
    const { hardwareId, model, firmware } = session.unit;
    this.#announce({ type: 'unit-identified', runId: run.runId, hardwareId, model, firmware });
    try {
      await first?.();
      const result = await provision({ run }, log, signal);
      return result.kind === 'passed' ? this.#pass(result, hardwareId) : this.#done(result, hardwareId);
    } catch (thrown) {
      return await this.#fail(asStationError(thrown), run, log);
    } finally {
      run.held[Symbol.dispose]();
    }
  }

  async #contextOf(session: DeviceSession): Promise<RunContext> {
    const { ledger, registry, family, order, operator, leases, places, lateness } = this.#bench;
    const id = runId(randomUUID());
    const port = (await this.slot.locate()) ?? this.slot.name;
    return {
      runId: id,
      slot: this.slot.name,
      port,
      order,
      operator,
      ledger,
      registry,
      family,
      session,
      leases,
      places,
      lateness,
      held: new Held(),
      announce: (news) => this.#announce(news),
      journal: (...events) => ledger.append(events, id),
    };
  }

  #pass({ recordId, clientId }: SealedRecord, unit: HardwareId): Attempt {
    const finish: Finish = { outcome: 'PASS', recordId, clientId, inDoubt: false };
    this.#announce({ type: 'unit-finished', ...finish });
    return { kind: 'finished', finish, unit };
  }

  #done({ claim }: AlreadyDone, hardwareId: HardwareId): Attempt {
    const { recordId, at, orderNumber, operator } = claim.passed;
    this.#announce({
      type: 'already-done',
      hardwareId,
      clientId: claim.clientId,
      recordId,
      passedAt: at,
      orderNumber,
      ...(operator === undefined ? {} : { operator }),
    });
    return { kind: 'already-done', unit: hardwareId };
  }

  async #fail(error: StationError, run: RunContext | undefined, log: PhaseLog): Promise<Attempt> {
    const ending = await endFailedRun({ bench: this.#bench, slot: this.slot.name, run, log, error });
    this.#announce({ type: 'unit-finished', ...ending.finish });
    return { kind: 'finished', unit: run?.session.unit.hardwareId, ...ending };
  }

  /** One more attempt at the unit of the last one, which is still there. Rejects where its port is not open. */
  async repeat(signal: AbortSignal): Promise<Attempt> {
    const session = this.#session;
    if (session === undefined || this.#isBusy) throw new StationError('PORT_LOST', { port: this.slot.name });
    this.#isBusy = true;
    try {
      return await this.#runUnit(session, signal, () => session.refresh(signal));
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Resolves when the unit of the last attempt is gone or another one answers in its place, with the port closed;
   * at once without one, and on abort, with the port still open.
   */
  async removed(signal: AbortSignal): Promise<void> {
    await this.#session?.untilRemoved(signal);
    if (!signal.aborted) await this.release();
  }

  /** Tells that the slot waits for a unit again. */
  announceRemoved(): void {
    this.#announce({ type: 'unit-removed' });
  }

  /** Closes the port, if it is open. */
  async release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  #announce(news: RunNews): void {
    const event: RunEvent = {
      at: new Date().toISOString(),
      slot: this.slot.name,
      port: this.slot.name,
      ...news,
    };
    this.#bench.announce(event);
  }
}

const connectNow: typeof connectWhenBack = (family, slot, options, signal) =>
  family.connect(slot, options, signal);
