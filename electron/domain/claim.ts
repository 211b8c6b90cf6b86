/**
 * A claim: what the ledger knows of one ClientId in one instance, made for one unit, and how far it has come.
 *
 *   claimed ─► requested ─► known ─► written ─► proved ─► (lock requested) ─► passed
 *      ▲           │          ▲ │
 *      └─ refused ◄┘          │ └─► erase requested ─► written …
 *            refresh requested ┘
 *
 * `claimed` only reserves the name: nothing was asked of the cloud yet, and for recovery it counts as none.
 */
import type { ClientId, Digest, HardwareId, RunId } from './ids.ts';

export const CLAIM_STATES = [
  'claimed',
  'refused',
  'requested',
  'refresh-requested',
  'known',
  'erase-requested',
  'written',
  'proved',
  'lock-requested',
  'passed',
] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** What was written down of the credential and its record before the first byte went to the unit. */
export interface KnownRecord {
  readonly deviceAccessKeyId: string;
  /** Cloud time, milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
  /** Lower-case hex, 16 bytes: the record for this unit. */
  readonly tx: string;
  readonly digest: Digest;
  /** See `recipeOf`. */
  readonly recipe: string;
}

export interface Claim {
  readonly instanceId: string;
  readonly clientId: ClientId;
  readonly hardwareId: HardwareId;
  readonly state: ClaimState;
  /** ISO time of the station at which work on it was last written down. */
  readonly changedAt: string;
  /** The ClientId holds a number of this ledger's: another ledger may have given the same one to another unit. */
  readonly sequence?: number;
  /** Server time in milliseconds of the first request since the claim was begun. */
  readonly requestedAt?: number;
  /** The key that a Refresh under way was to replace. */
  readonly refreshing?: { readonly deviceAccessKeyId: string; readonly updateTime: number };
  readonly known?: KnownRecord;
  /** Set where a passed unit was found to differ; cleared when it is found in order again. */
  readonly doubt?: string;
  readonly passed?: PassedMark;
}

export interface PassedMark {
  readonly recordId: RunId;
  /** ISO time of the station. */
  readonly at: string;
  readonly orderNumber: string;
  readonly operator?: string;
}

const BEGUN: readonly ClaimState[] = [
  'requested',
  'refresh-requested',
  'known',
  'erase-requested',
  'written',
  'proved',
  'lock-requested',
];

/** Begun and neither passed nor refused: in doubt as soon as no run is alive. */
export function isBegun(state: ClaimState): boolean {
  return BEGUN.includes(state);
}

/** Register or Refresh was about to be sent, and its outcome was not written down. */
export function isAskedFor(state: ClaimState): boolean {
  return state === 'requested' || state === 'refresh-requested';
}

/** Whether the unit once confirmed that it holds the record: from here a blank unit is in doubt. */
export function isWritten(state: ClaimState): boolean {
  return state === 'written' || state === 'proved' || state === 'lock-requested' || state === 'passed';
}
