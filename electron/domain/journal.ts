/**
 * What is written down, as facts in the past tense. The ledger appends them, chains them by hash, and derives
 * every other table from them; replaying them must give the same tables.
 * Must not: carry a secret, or need anything but itself to be folded.
 */

import type { ErrorCode, Evidence } from './errors.ts';
import type { ClientId, Digest, HardwareId } from './ids.ts';
import type { Outcome } from './outcome.ts';
import type { Phase } from './run.ts';

interface ClaimName {
  readonly instanceId: string;
  readonly clientId: ClientId;
}

/** The file by which a family was told how to talk to a unit. */
export interface ProfileName {
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly digest: string;
}

/** Milliseconds that each phase took, as far as it came. */
export type PhaseTimes = Readonly<Partial<Record<Phase, number>>>;

export type JournalEvent =
  | { readonly type: 'station.created'; readonly stationId: string }
  | {
      readonly type: 'order.opened';
      readonly number: string;
      readonly product: string;
      readonly quantity: number;
      readonly recipe: string;
      /** The order as it was read, as canonical JSON, for the engineer who asks later. */
      readonly definition: string;
    }
  | {
      readonly type: 'run.started';
      readonly hardwareId: HardwareId;
      readonly model: string;
      readonly firmware: string;
      readonly unitState: string;
      readonly slot: string;
      readonly port: string;
      readonly orderNumber: string;
      readonly operator?: string;
      readonly profile?: ProfileName;
    }
  | ({
      readonly type: 'claim.made';
      readonly hardwareId: HardwareId;
      readonly orderNumber: string;
      readonly sequence?: number;
      /** What the numbers of `{sequence}` are counted within. */
      readonly sequenceScope?: string;
    } & ClaimName)
  | ({ readonly type: 'credential.requested'; readonly serverTime: number } & ClaimName)
  | ({
      readonly type: 'credential.refused';
      readonly code: ErrorCode;
      readonly cloudCode?: string;
    } & ClaimName)
  | ({
      readonly type: 'credential.refresh-requested';
      readonly deviceAccessKeyId: string;
      readonly updateTime: number;
      readonly serverTime: number;
    } & ClaimName)
  | ({
      readonly type: 'credential.known';
      readonly hardwareId: HardwareId;
      readonly deviceAccessKeyId: string;
      readonly createTime: number;
      readonly updateTime: number;
      readonly tx: string;
      readonly digest: Digest;
      readonly recipe: string;
      readonly origin: CredentialOrigin;
    } & ClaimName)
  | ({ readonly type: 'unit.erase-requested'; readonly digest: Digest } & ClaimName)
  | ({ readonly type: 'unit.written'; readonly digest: Digest } & ClaimName)
  | ({ readonly type: 'unit.proved'; readonly digest: Digest } & ClaimName)
  | ({ readonly type: 'unit.lock-requested'; readonly digest: Digest } & ClaimName)
  | ({ readonly type: 'unit.doubted'; readonly code: ErrorCode } & ClaimName)
  | ({ readonly type: 'unit.confirmed' } & ClaimName)
  /** Seals the record: the run's outcome is PASS and its id is the record's id. */
  | ({ readonly type: 'run.passed'; readonly phases: PhaseTimes } & ClaimName)
  | {
      readonly type: 'run.finished';
      readonly outcome: Exclude<Outcome, 'PASS'>;
      readonly code: ErrorCode;
      readonly cloudCode?: string;
      readonly phase?: Phase;
      readonly slot: string;
      readonly port: string;
      readonly orderNumber: string;
      readonly evidence: Evidence;
      readonly phases: PhaseTimes;
    };

/** How this ledger came by the credential. */
export type CredentialOrigin = 'registered' | 'adopted' | 'refreshed';

export type JournalEventType = JournalEvent['type'];
