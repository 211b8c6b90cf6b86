/**
 * The one table of everything that can go wrong: outcome, whom it blames, and whether trying again
 * helps. The code is the key of its text; the compiler forces every code to have a row and a text in each catalogue.
 * Must not: hold a text for people; evidence travels as fields, never as a sentence.
 */
import type { Blame, Outcome, Retry } from './outcome.ts';

export interface ErrorRow {
  readonly outcome: Exclude<Outcome, 'PASS'>;
  readonly blame: Blame;
  readonly retry: Retry;
  /** A person must decide before the station goes on with this unit. */
  readonly held?: boolean;
}

const row = (outcome: ErrorRow['outcome'], blame: Blame, retry: Retry): ErrorRow => ({
  outcome,
  blame,
  retry,
});
const held = (outcome: ErrorRow['outcome'], blame: Blame): ErrorRow => ({
  outcome,
  blame,
  retry: 'fix-first',
  held: true,
});

export const ERRORS = {
  // The slot and its cable
  PORT_NOT_FOUND: row('ERROR', 'slot', 'fix-first'),
  PORT_BUSY: row('ERROR', 'station', 'fix-first'),
  PORT_DENIED: row('ERROR', 'station', 'fix-first'),
  PORT_FAILED: row('ERROR', 'slot', 'again'),
  PORT_LOST: row('ERROR', 'slot', 'again'),
  UNIT_CHANGED: row('ERROR', 'slot', 'again'),
  UNIT_SILENT: row('TIMEOUT', 'slot', 'again'),
  NO_NEXT_UNIT: row('TIMEOUT', 'slot', 'again'),
  UNIT_NOT_UNDERSTOOD: row('TIMEOUT', 'unit', 'again'),
  // The unit
  UNIT_STOPPED_ANSWERING: row('TIMEOUT', 'unit', 'again'),
  UNIT_DID_NOT_REBOOT: row('TIMEOUT', 'unit', 'again'),
  UNIT_PROTOCOL: row('FAIL', 'unit', 'never'),
  UNIT_HARDWARE_ID_INVALID: row('FAIL', 'unit', 'never'),
  UNIT_WRONG_MODEL: row('FAIL', 'unit', 'never'),
  UNIT_LACKS_CAPABILITY: row('FAIL', 'unit', 'never'),
  UNIT_REFUSED_WRITE: row('FAIL', 'unit', 'again'),
  UNIT_STORAGE_FAILED: row('FAIL', 'unit', 'again'),
  UNIT_RECORD_TOO_LARGE: row('FAIL', 'unit', 'never'),
  UNIT_LOCKED: row('FAIL', 'unit', 'never'),
  UNIT_NOT_LOCKED: row('FAIL', 'unit', 'again'),
  UNIT_FORGOT_RECORD: row('FAIL', 'unit', 'never'),
  DIGEST_WRONG: row('FAIL', 'unit', 'again'),
  PROOF_WRONG: row('FAIL', 'unit', 'never'),
  NOT_ACTIVATED: row('FAIL', 'unit', 'again'),
  // A console that is talked to by a profile
  UNIT_LOGIN_REFUSED: row('ERROR', 'order', 'fix-first'),
  PROFILE_UNFIT: row('ERROR', 'order', 'fix-first'),
  WRITTEN_UNVERIFIED: row('ERROR', 'order', 'fix-first'),
  // A unit that is written through its chip's own loader
  UNIT_NOT_IN_DOWNLOAD_MODE: row('TIMEOUT', 'slot', 'again'),
  UNIT_UNKNOWN_CHIP: row('FAIL', 'unit', 'never'),
  UNIT_SECURED: row('FAIL', 'unit', 'never'),
  UNIT_NO_PARTITION_TABLE: row('FAIL', 'unit', 'fix-first'),
  UNIT_PARTITION_MISSING: row('FAIL', 'unit', 'fix-first'),
  UNIT_PARTITION_UNUSABLE: row('FAIL', 'unit', 'fix-first'),
  // The order, and decisions that are a person's
  ORDER_COMPLETE: row('ERROR', 'order', 'fix-first'),
  CLIENT_ID_DOES_NOT_FIT: row('ERROR', 'order', 'fix-first'),
  DUPLICATE_IDENTITY: row('ERROR', 'order', 'fix-first'),
  UNIT_HAS_OTHER_CLIENT_ID: held('ERROR', 'order'),
  CREDENTIAL_EXISTS: held('ERROR', 'order'),
  UNIT_HOLDS_CREDENTIAL: held('ERROR', 'order'),
  UNIT_HOLDS_OTHER_RECORD: held('ERROR', 'order'),
  CREDENTIAL_CHANGED: held('ERROR', 'cloud'),
  CREDENTIAL_GONE: held('ERROR', 'cloud'),
  RECORD_MISSING: held('ERROR', 'order'),
  HOLDING_UNKNOWN: held('ERROR', 'order'),
  PASSED_UNIT_DIFFERS: held('ERROR', 'order'),
  PASSED_UNDER_OTHER_RECIPE: held('ERROR', 'order'),
  ALREADY_ONLINE: held('ERROR', 'cloud'),
  // The cloud
  CLOUD_UNREACHABLE: row('ERROR', 'cloud', 'again'),
  CLOUD_NOT_THE_API: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_CERTIFICATE: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_TIMEOUT: row('ERROR', 'cloud', 'again'),
  CLOUD_FAULT: row('ERROR', 'cloud', 'again'),
  CLOUD_THROTTLED: row('ERROR', 'cloud', 'again'),
  CLOUD_PAUSED: row('ERROR', 'cloud', 'again'),
  CLOUD_KEY_REJECTED: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_TOKEN_REJECTED: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_DENIED: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_QUOTA: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_PARAMETER: row('ERROR', 'order', 'fix-first'),
  CLOUD_API_NOT_SUPPORTED: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_NEEDS_HTTPS: row('ERROR', 'order', 'fix-first'),
  CLOUD_ANSWER_INVALID: row('ERROR', 'cloud', 'fix-first'),
  CLOUD_REFUSED: row('ERROR', 'cloud', 'fix-first'),
  CLOCK_SKEW: row('ERROR', 'station', 'fix-first'),
  // The ledger and the station
  LEDGER_CORRUPT: row('ERROR', 'station', 'fix-first'),
  LEDGER_IN_USE: row('ERROR', 'station', 'fix-first'),
  LEDGER_READ_ONLY: row('ERROR', 'station', 'fix-first'),
  LEDGER_NEWER: row('ERROR', 'station', 'fix-first'),
  LEDGER_FAILED: row('ERROR', 'station', 'fix-first'),
  DISK_FULL: row('ERROR', 'station', 'fix-first'),
  RUN_ABORTED: row('ABORTED', 'station', 'again'),
  STATION_STOPPED: row('ABORTED', 'station', 'again'),
  BUG: row('ERROR', 'station', 'never'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** The row of a code. */
export function errorRow(code: ErrorCode): ErrorRow {
  return ERRORS[code];
}

/** Facts beside a code: names, numbers, the cloud's own code. Never a secret, never a sentence. */
export type Evidence = Readonly<Record<string, string | number | boolean>>;

/**
 * The one error class of the station: a row of the table with its evidence. `message` is for logs and stack
 * traces of engineers; what people read comes from the catalogues by `code`.
 */
export class StationError extends Error {
  readonly code: ErrorCode;
  readonly evidence: Evidence;

  constructor(code: ErrorCode, evidence: Evidence = {}, cause?: unknown) {
    const facts = Object.entries(evidence).map(([name, value]) => `${name}=${value}`);
    super([code, ...facts].join(' '), cause === undefined ? undefined : { cause });
    this.name = 'StationError';
    this.code = code;
    this.evidence = evidence;
  }
}

/** Any thrown value as a StationError; what is not one of ours is a fault of our own software. */
export function asStationError(thrown: unknown): StationError {
  if (thrown instanceof StationError) return thrown;
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new StationError('BUG', { what }, thrown);
}
