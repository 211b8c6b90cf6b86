/**
 * What is known of the Register and Refresh calls of one claim whose outcome is open, and the wait until none of them can be
 * carried out any more. Must not: ask the cloud, or decide what follows.
 */
import { type Claim, isAskedFor } from '../../domain/claim.ts';
import { type Lateness, latenessOf, latenessOfEarlier } from '../../domain/lateness.ts';
import type { ChangeAnswer } from '../ports.ts';

export class OpenCall {
  /** A call that this run did not make is open, or was when the run began. */
  readonly wasBegun: boolean;
  readonly #lateness: Lateness;
  /** By the process's own clock, which nobody sets. */
  #until: number;
  #isOpen = false;
  #told = 0;

  constructor(claim: Claim, lateness: Lateness) {
    this.#lateness = lateness;
    this.wasBegun = isAskedFor(claim.state);
    this.#until = performance.now() + latenessOfEarlier(claim, Date.now(), lateness);
  }

  /** A call of this run may have been carried out after all: a later refusal does not undo it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a credential that turns up now may be of our own making. */
  get mayBeOurs(): boolean {
    return this.#isOpen || this.wasBegun;
  }

  /** Milliseconds until no call of ours can be carried out any more. */
  get leftMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** ISO time at which none can be carried out any more. */
  get until(): string {
    return new Date(Date.now() + this.leftMs).toISOString();
  }

  /** True once for each call that is waited for: whoever asks has to tell of it. */
  takeNews(): boolean {
    const isNews = this.#told !== this.#until;
    this.#told = this.#until;
    return isNews;
  }

  note(answer: Exclude<ChangeAnswer, { kind: 'done' }>): void {
    if (answer.kind !== 'unknown') return;
    this.#isOpen = true;
    this.#until = Math.max(this.#until, performance.now() + latenessOf(answer.error, this.#lateness));
  }
}
