/**
 * Runs one phase: announces it, times it, and gives it a deadline behind which no wait can hide.
 * Must not: catch an error for good; it only notes the phase in which it came.
 */
import { type ErrorCode, StationError } from '../domain/errors.ts';
import type { PhaseTimes } from '../domain/journal.ts';
import type { Phase } from '../domain/run.ts';
import { deadline } from './deadline.ts';
import type { Detected } from './stages.ts';

/** How far a run came and how long each phase took, in milliseconds. */
export class PhaseLog {
  readonly #times: Partial<Record<Phase, number>> = {};
  current: Phase | undefined;

  get times(): PhaseTimes {
    return { ...this.#times };
  }

  finished(phase: Phase, ms: number): void {
    this.#times[phase] = ms;
  }
}

/**
 * The backstop of each phase in milliseconds, beside the order's boot timeout, and what it means when even that
 * runs out. Every wait inside has its own, shorter, deadline; this one bounds their sum.
 */
const BACKSTOP: Record<Phase, readonly [ms: number, late: ErrorCode]> = {
  identify: [20_000, 'UNIT_STOPPED_ANSWERING'],
  register: [150_000, 'CLOUD_TIMEOUT'],
  write: [300_000, 'UNIT_STOPPED_ANSWERING'],
  verify: [150_000, 'UNIT_STOPPED_ANSWERING'],
  record: [20_000, 'LEDGER_FAILED'],
};

export async function inPhase<From extends Detected, To>(
  phase: Phase,
  work: (stage: From, signal: AbortSignal) => Promise<To>,
  stage: From,
  log: PhaseLog,
  signal: AbortSignal,
): Promise<To> {
  const { run } = stage;
  const [ms, late] = BACKSTOP[phase];
  using bound = deadline(
    signal,
    ms + run.order.device.bootTimeoutMs,
    () => new StationError(late, { phase }),
  );
  const startedAt = performance.now();
  log.current = phase;
  run.announce({ type: 'phase-started', phase });
  const next = await work(stage, bound.signal);
  const took = Math.round(performance.now() - startedAt);
  log.finished(phase, took);
  run.announce({ type: 'phase-finished', phase, ms: took });
  return next;
}
