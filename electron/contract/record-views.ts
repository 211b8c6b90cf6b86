/** What the records page shows: attempts as the ledger lists them, page by page. Must not: hold a secret; a record has none. */
import type { ErrorCode, Evidence } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Phase } from '../domain/run.ts';
import type { PhaseTimesView } from './views.ts';

/** One attempt, as the records page lists it; a record is a row whose outcome is PASS. */
export interface RecordView {
  readonly runId: string;
  readonly outcome?: Outcome;
  readonly code?: ErrorCode;
  readonly cloudCode?: string;
  /** Where it failed, and with what. */
  readonly phase?: Phase;
  readonly evidence?: Evidence;
  readonly isInDoubt: boolean;
  readonly hardwareId?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly clientId?: string;
  readonly instanceId?: string;
  readonly deviceAccessKeyId?: string;
  readonly orderNumber: string;
  readonly product?: string;
  readonly slot: string;
  readonly port: string;
  readonly operator?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly phases: PhaseTimesView;
  readonly digest?: string;
  readonly eventHash?: string;
  /** `name/version` of the file by which the unit was talked to, and its SHA-256. */
  readonly profile?: string;
  readonly profileDigest?: string;
}

export interface RecordsPage {
  readonly rows: readonly RecordView[];
  /** Hand it back to get the next page; absent on the last. */
  readonly next?: string;
}
