/**
 * How a sequence can fail, and what that is as an error of ours. The one table from a profile's kinds of failure to codes.
 * Must not: put what a unit printed into evidence; it may be a secret.
 */
import { type ErrorCode, type Evidence, StationError } from '../../domain/errors.ts';
import { Gone } from './line-ends.ts';
import type { Failure, SequenceName } from './profile-schema.ts';

export interface Place {
  readonly sequence: SequenceName;
  readonly step: string;
}

/** A step's time was over. `heard`: the unit said something, but not what was waited for. */
export class StepLate extends Error {
  readonly place: Place;
  readonly heard: boolean;

  constructor(place: Place, heard: boolean) {
    super(`${place.sequence}.${place.step} late`);
    this.place = place;
    this.heard = heard;
  }
}

/** The unit answered that it cannot, or something that cannot be read. */
export class StepFailed extends Error {
  readonly place: Place;
  readonly failure: Failure | 'malformed';

  constructor(place: Place, failure: Failure | 'malformed') {
    super(`${place.sequence}.${place.step} ${failure}`);
    this.place = place;
    this.failure = failure;
  }
}

/** What was read back is not what it should be. */
export class StepDiffers extends Error {
  readonly place: Place;

  constructor(place: Place) {
    super(`${place.sequence}.${place.step} differs`);
    this.place = place;
  }
}

const CODES: Readonly<Record<Failure | 'malformed', ErrorCode>> = {
  refused: 'UNIT_REFUSED_WRITE',
  storage: 'UNIT_STORAGE_FAILED',
  tooLarge: 'UNIT_RECORD_TOO_LARGE',
  locked: 'UNIT_LOCKED',
  login: 'UNIT_LOGIN_REFUSED',
  busy: 'UNIT_STOPPED_ANSWERING',
  malformed: 'UNIT_PROTOCOL',
};
const WRITING: readonly SequenceName[] = ['write', 'erase'];

/** Whether finding the unit again and going on may help: its silence, or the link's loss. */
export function isInterruption(thrown: unknown): thrown is StepLate | Gone {
  return thrown instanceof StepLate || thrown instanceof Gone;
}

/** What a sequence was rejected with, as one of our errors. */
export function asSequenceError(thrown: unknown, port: string): unknown {
  if (thrown instanceof Gone) return thrown.why;
  if (thrown instanceof StepLate) {
    const code = thrown.heard ? 'UNIT_NOT_UNDERSTOOD' : 'UNIT_STOPPED_ANSWERING';
    return new StationError(code, { port, ...evidenceOf(thrown.place) });
  }
  if (thrown instanceof StepDiffers) {
    const code = thrown.place.sequence === 'verify' ? 'PROOF_WRONG' : 'DIGEST_WRONG';
    return new StationError(code, evidenceOf(thrown.place));
  }
  if (thrown instanceof StepFailed) return failed(thrown);
  return thrown;
}

function failed({ place, failure }: StepFailed): StationError {
  const isOddRefusal = failure === 'refused' && !WRITING.includes(place.sequence);
  const code = isOddRefusal
    ? place.sequence === 'verify'
      ? 'PROOF_WRONG'
      : 'UNIT_PROTOCOL'
    : CODES[failure];
  return new StationError(code, { ...evidenceOf(place), answer: failure });
}

export function evidenceOf({ sequence, step }: Place): Evidence {
  return { sequence, step };
}
