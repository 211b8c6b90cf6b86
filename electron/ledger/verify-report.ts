/** What a verification says. Must not: grow without bound; a ledger that is wrong all through is told by its first faults. */

export interface VerifyProblem {
  /** `chain`: the events themselves; `table`: what was derived from them; `integrity`: the file. */
  readonly kind: 'chain' | 'table' | 'integrity';
  /** `event 17`, or a table, its key and the column. */
  readonly where: string;
  readonly expected?: string;
  readonly found?: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** How many events the chain has. */
  readonly events: number;
  /** The hash of the last one. */
  readonly head: string;
  readonly problems: readonly VerifyProblem[];
  /** Problems beyond those that are listed. */
  readonly more: number;
  /** The file has no tables yet, so that nothing was ever recorded in it. */
  readonly isUnmade?: true;
}

const MAX_LISTED = 1_000;

/** Collects problems: lists the first thousand and counts the others. */
export class Problems {
  readonly listed: VerifyProblem[] = [];
  more = 0;

  add(problem: VerifyProblem): void {
    if (this.listed.length < MAX_LISTED) this.listed.push(problem);
    else this.more += 1;
  }
}
