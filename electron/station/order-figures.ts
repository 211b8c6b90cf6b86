/**
 * What the order bar tells: yield, units per hour, takt, and how long the phases really take. Counted from the news of
 * this opening; passed and in doubt come from the ledger.
 * Must not: count training, or a unit that passed before.
 */
import { type ErrorCode, errorRow } from '../domain/errors.ts';
import type { PhaseTimes } from '../domain/journal.ts';
import { PHASES } from '../domain/run.ts';
import type { PhaseShares } from './slot-view.ts';

/** Until enough units have passed: shares as they come out on a line at 115200 baud. */
const FIRST_SHARES: PhaseShares = [0.06, 0.22, 0.24, 0.43, 0.05];
const WINDOW_MS = 15 * 60_000;
const SMALLEST_SHARE = 0.05;

export interface Figures {
  readonly firstPassYield?: number;
  readonly retries: number;
  readonly unitsPerHour?: number;
  readonly taktSeconds?: number;
}

export class OrderFigures {
  readonly #firstOutcome = new Map<string, boolean>();
  #passedAt: number[] = [];
  #recent: PhaseTimes[] = [];
  #retries = 0;

  /** An attempt at a unit has ended; `code` is absent for a PASS. `at` in milliseconds. */
  ended(hardwareId: string, code: ErrorCode | undefined, times: PhaseTimes, at: number): void {
    // Yield counts the unit's own faults alone: a bad cable must not make the product look bad.
    const isUnitFault = code !== undefined && errorRow(code).outcome === 'FAIL';
    if (this.#firstOutcome.has(hardwareId)) this.#retries += 1;
    else if (code === undefined || isUnitFault) this.#firstOutcome.set(hardwareId, code === undefined);
    if (code !== undefined) return;
    this.#passedAt = [...this.#passedAt, at].filter((time) => at - time <= WINDOW_MS);
    this.#recent = [...this.#recent, times].slice(-20);
  }

  figures(): Figures {
    const firsts = [...this.#firstOutcome.values()];
    const { length } = this.#passedAt;
    const spanMs = (this.#passedAt.at(-1) ?? 0) - (this.#passedAt[0] ?? 0);
    const hasRate = length >= 2 && spanMs > 0;
    return {
      ...(firsts.length > 0 ? { firstPassYield: firsts.filter(Boolean).length / firsts.length } : {}),
      retries: this.#retries,
      ...(hasRate
        ? { unitsPerHour: ((length - 1) * 3_600_000) / spanMs, taktSeconds: spanMs / 1000 / (length - 1) }
        : {}),
    };
  }

  /** Shares of the phases in the last passes, each wide enough to be seen. */
  shares(): PhaseShares {
    if (this.#recent.length < 5) return FIRST_SHARES;
    const sums = PHASES.map((phase) => this.#recent.reduce((sum, times) => sum + (times[phase] ?? 0), 0));
    const total = sums.reduce((sum, part) => sum + part, 0) || 1;
    const widened = sums.map((part) => Math.max(SMALLEST_SHARE, part / total));
    const whole = widened.reduce((sum, part) => sum + part, 0);
    return widened.map((part) => part / whole) as unknown as PhaseShares;
  }
}
