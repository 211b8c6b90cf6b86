/**
 * The unit's error numbers as errors of ours: the one table. Source: device protocol, errors.
 * Must not: decide what to try again; `Interrupted` marks what a further round may mend.
 */
import { type ErrorCode, type Evidence, StationError } from '../../domain/errors.ts';

/** The unit said no. */
export class Refused extends Error {
  readonly rc: number;

  constructor(rc: number) {
    super(`rc ${rc}`);
    this.rc = rc;
  }
}

/** This round came to nothing; `lastly` is the error if it was the last one. */
export class Interrupted extends Error {
  readonly lastly: StationError;

  constructor(lastly: StationError) {
    super(lastly.message);
    this.lastly = lastly;
  }
}

export const RC = {
  wrongHardwareId: 2,
  otherRecord: 3,
  wrongOffset: 4,
  mismatch: 5,
  tooLarge: 6,
  storage: 7,
  locked: 8,
  noRecord: 9,
} as const;

const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [RC.otherRecord, 'UNIT_HOLDS_OTHER_RECORD'],
  [RC.mismatch, 'DIGEST_WRONG'],
  [RC.tooLarge, 'UNIT_RECORD_TOO_LARGE'],
  [RC.storage, 'UNIT_STORAGE_FAILED'],
  [RC.locked, 'UNIT_LOCKED'],
]);

/** `rc` as the error that ends a run; where the table has none, `otherwise`. */
export function refusal(rc: number, otherwise: ErrorCode, evidence: Evidence = {}): StationError {
  return new StationError(CODES.get(rc) ?? otherwise, { rc, ...evidence });
}

/** What a refused step of a write leads to. */
export function writeRefusal(rc: number, message: string, earlierMismatches: number): Error {
  const error = refusal(rc, 'UNIT_REFUSED_WRITE', { message });
  const isWorthAnotherRound =
    rc === RC.wrongOffset || rc === RC.noRecord || (rc === RC.mismatch && earlierMismatches === 0);
  return isWorthAnotherRound ? new Interrupted(error) : error;
}

/** `attempt`, with a refusal turned into an error by `toError`. */
export async function unlessRefused<T>(attempt: Promise<T>, toError: (rc: number) => Error): Promise<T> {
  try {
    return await attempt;
  } catch (thrown) {
    throw thrown instanceof Refused ? toError(thrown.rc) : thrown;
  }
}
