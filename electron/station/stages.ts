/**
 * The stages of a unit's life as types, each extending the one before: a phase takes one and gives the next, and
 * a phase out of order does not compile. Must not: gain optional fields; what is not known yet is a later stage.
 */
import type { Claim } from '../domain/claim.ts';
import type { DeviceCredential } from '../domain/credential.ts';
import type { ClientId, RunId } from '../domain/ids.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { Lateness } from '../domain/lateness.ts';
import type { UnitDecision } from '../domain/recovery.ts';
import type { RunNews } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { Held } from './held.ts';
import type { Leases } from './leases.ts';
import type { Place, Places } from './places.ts';
import type {
  CredentialRegistry,
  DeviceFamily,
  DeviceSession,
  Ledger,
  Payload,
  UnitReport,
} from './ports.ts';

/** What one run works with; the same for all its phases. */
export interface RunContext {
  readonly runId: RunId;
  readonly slot: string;
  readonly port: string;
  readonly order: WorkOrder;
  readonly operator: string | undefined;
  readonly ledger: Ledger;
  readonly registry: CredentialRegistry;
  readonly family: DeviceFamily;
  readonly session: DeviceSession;
  readonly leases: Leases;
  readonly places: Places;
  readonly lateness: Lateness;
  /** What the run holds until it ends, whatever its end. */
  readonly held: Held;
  announce(news: RunNews): void;
  /** Appends to the ledger under this run's id; resolves when it is on disk. */
  journal(...events: JournalEvent[]): Promise<void>;
}

/** A unit answers in the slot. */
export interface Detected {
  readonly run: RunContext;
}

/** The unit is known, fits the order, and has a claim of its own. */
export interface Identified extends Detected {
  readonly kind: 'identified';
  readonly unit: UnitReport;
  readonly claim: Claim;
  readonly clientId: ClientId;
  readonly place: Place;
}

/** Its credential is known and ours, and it is decided what the unit needs. */
export interface Registered extends Identified {
  readonly credential: DeviceCredential;
  readonly payload: Payload;
  readonly plan: Exclude<UnitDecision, { do: 'stop' }>;
}

/** The unit has confirmed that it holds the record. */
export interface Written extends Registered {
  /** The unit's boot number before the restart that the proof has to come after. */
  readonly bootBefore: string;
}

/** The unit has proved, after a restart, that it holds the record. */
export interface Verified extends Written {
  readonly provedAt: string;
}

/** The sealed record: on disk. */
export interface SealedRecord {
  readonly kind: 'passed';
  readonly recordId: RunId;
  readonly clientId: ClientId;
}

/** The unit was passed before and still holds that record. */
export interface AlreadyDone {
  readonly kind: 'already-done';
  readonly claim: Claim & Required<Pick<Claim, 'passed'>>;
}
