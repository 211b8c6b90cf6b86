/**
 * For how long a Register or Refresh whose answer was lost may still be carried out. Nothing documents it; but by one
 * reading of OnsMqtt 2020-04-20 a second Register replaces the first one's credential, and so does a first one that
 * is carried out after a second: until it can be none any more, the station must not ask again.
 * Must not: say that a call was carried out; only Get can tell (docs/decisions/get-before-register.md).
 */
import { type Claim, isAskedFor } from './claim.ts';
import type { StationError } from './errors.ts';

/** Milliseconds from when a call was given up. */
export interface Lateness {
  /** No answer came in the whole time that a call is given: somewhere it waits for its turn. */
  readonly silent: number;
  /** The line broke, or something answered that is no answer: nothing speaks for a slow cloud. */
  readonly broken: number;
  /**
   * The run or the station ended with the call open, counted from when it asked: the time that a call is given, and the
   * silence after it, since nobody knows any more how it ended.
   */
  readonly cutOff: number;
}

export const LATENESS: Lateness = { silent: 20_000, broken: 2_000, cutOff: 30_000 };

/** A gateway that gave up waiting says no more than our own clock does. */
const GAVE_UP_WAITING: readonly unknown[] = [408, 504];

/** Milliseconds for which a call that ended with `error`, its outcome open, may still be carried out. */
export function latenessOf({ code, evidence }: StationError, lateness: Lateness): number {
  const isSilent = code === 'CLOUD_TIMEOUT' || GAVE_UP_WAITING.includes(evidence.status);
  return isSilent ? lateness.silent : lateness.broken;
}

/** Milliseconds, from `now`, for which a call of an earlier run may still be carried out; 0 where none was left open. */
export function latenessOfEarlier(claim: Claim, now: number, { cutOff }: Lateness): number {
  if (!isAskedFor(claim.state)) return 0;
  const age = now - Date.parse(claim.changedAt);
  // A clock that was set back meanwhile must not make us wait for hours.
  return Math.min(cutOff, Math.max(0, cutOff - age));
}
