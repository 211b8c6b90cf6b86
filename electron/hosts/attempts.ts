/**
 * Counts the attempts of one `keybench run`: never more than asked for, and what became of each.
 * Must not: wait, or know slots.
 */
import type { Outcome } from '../domain/outcome.ts';
import type { Attempt } from '../station/slot-runner.ts';

export interface Tally {
  readonly pass: number;
  readonly fail: number;
  readonly error: number;
  readonly timeout: number;
  readonly aborted: number;
  readonly already: number;
  /** Beside the outcomes: attempts whose unit is left in doubt. */
  readonly inDoubt: number;
}

const FIELD: Record<Outcome, 'pass' | 'fail' | 'error' | 'timeout' | 'aborted'> = {
  PASS: 'pass',
  FAIL: 'fail',
  ERROR: 'error',
  TIMEOUT: 'timeout',
  ABORTED: 'aborted',
};

export class Attempts {
  #wanted: number;
  #running = 0;
  #ended = 0;
  #tally: Tally = { pass: 0, fail: 0, error: 0, timeout: 0, aborted: 0, already: 0, inDoubt: 0 };

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** May one more attempt count? */
  admit(): boolean {
    if (this.#running + this.#ended >= this.#wanted) return false;
    this.#running += 1;
    return true;
  }

  /** Those that have begun are the last. */
  close(): void {
    this.#wanted = Math.min(this.#wanted, this.#running + this.#ended);
  }

  /** An admitted attempt has ended. */
  end(attempt: Exclude<Attempt, { kind: 'not-admitted' }>): void {
    this.#running -= 1;
    this.#ended += 1;
    const tally: { -readonly [K in keyof Tally]: number } = { ...this.#tally };
    if (attempt.kind === 'already-done') tally.already += 1;
    else {
      tally[FIELD[attempt.finish.outcome]] += 1;
      if (attempt.finish.inDoubt) tally.inDoubt += 1;
    }
    this.#tally = tally;
  }

  /** Whether as many have ended as were asked for. */
  get isComplete(): boolean {
    return this.#ended >= this.#wanted;
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Whether each attempt was PASS or already done, and there was one. */
  get isWell(): boolean {
    const { fail, error, timeout, aborted } = this.#tally;
    return this.#ended > 0 && fail + error + timeout + aborted === 0;
  }
}
