/**
 * The tables as types, for the query builder. `run_event` is the truth; every other table is derived from it by
 * `fold.ts` and could be thrown away. Only types that SQLite and PostgreSQL share: text (also ISO times and
 * JSON), and integers (also flags and milliseconds).
 * Must not: have a column that the events cannot give again, or one for a secret.
 */
import type { ClaimState } from '../domain/claim.ts';
import type { Outcome } from '../domain/outcome.ts';

export interface Tables {
  readonly schema_version: SchemaVersionRow;
  readonly run_event: RunEventRow;
  readonly station: StationRow;
  readonly work_order: WorkOrderRow;
  readonly operator: OperatorRow;
  readonly slot: SlotRow;
  readonly unit: UnitRow;
  readonly credential: CredentialRow;
  readonly run: RunRow;
}

interface SchemaVersionRow {
  readonly number: number;
  readonly applied_at: string;
}

/** One link of a station's chain, exactly as it was hashed. See docs/ledger.md. */
export interface RunEventRow {
  readonly station_id: string;
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  readonly at: string;
  /** Empty where the event belongs to no run. */
  readonly run_id: string;
  readonly type: string;
  /** The event's other fields as canonical JSON. */
  readonly data: string;
  readonly previous_hash: string;
  readonly hash: string;
}

interface StationRow {
  readonly id: string;
  readonly created_at: string;
}

interface WorkOrderRow {
  readonly number: string;
  readonly product: string;
  readonly quantity: number;
  readonly recipe: string;
  readonly definition: string;
  readonly opened_at: string | null;
  /** Claims that passed under this order. Kept by the fold, so that asking costs one row. */
  readonly passed: number;
  /** Claims of this order that have `in_doubt_since`. */
  readonly in_doubt: number;
}

interface OperatorRow {
  readonly id: string;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
}

interface SlotRow {
  readonly station_id: string;
  readonly name: string;
  readonly port: string;
  readonly last_run_id: string;
  readonly last_seen_at: string;
}

export interface UnitRow {
  readonly hardware_id: string;
  readonly model: string;
  readonly firmware: string;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  /** The claim that was last made for the unit. */
  readonly instance_id: string | null;
  readonly client_id: string | null;
  /** Lower case, forwards and backwards: a search finds what begins or ends with a text, by index. */
  readonly search_key: string;
  readonly search_key_reversed: string;
}

export interface CredentialRow {
  readonly instance_id: string;
  readonly client_id: string;
  readonly hardware_id: string;
  readonly state: ClaimState;
  readonly made_at: string;
  readonly changed_at: string;
  /** The order under which the claim was last worked on. */
  readonly order_number: string;
  readonly sequence: number | null;
  readonly sequence_scope: string | null;
  readonly requested_at: number | null;
  readonly refreshing_key_id: string | null;
  readonly refreshing_update_time: number | null;
  readonly device_access_key_id: string | null;
  readonly create_time: number | null;
  readonly update_time: number | null;
  readonly tx: string | null;
  readonly digest: string | null;
  readonly recipe: string | null;
  readonly origin: string | null;
  readonly doubt: string | null;
  /** Since when the claim is begun without an end, or doubted; null while it is neither. */
  readonly in_doubt_since: string | null;
  readonly passed_record_id: string | null;
  readonly passed_at: string | null;
  readonly passed_order: string | null;
  readonly passed_operator: string | null;
  readonly search_key: string;
  readonly search_key_reversed: string;
}

/** One attempt. A run with outcome PASS is a sealed record. */
export interface RunRow {
  readonly id: string;
  readonly station_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly hardware_id: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly unit_state: string | null;
  readonly slot: string;
  readonly port: string;
  readonly order_number: string;
  readonly product: string | null;
  readonly operator: string | null;
  readonly instance_id: string | null;
  readonly client_id: string | null;
  readonly device_access_key_id: string | null;
  readonly digest: string | null;
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly cloud_code: string | null;
  readonly phase: string | null;
  /** JSON objects. */
  readonly evidence: string | null;
  readonly phases: string | null;
  /** The hash of the event that ended the run. */
  readonly event_hash: string | null;
  /** Name and version, as `name/version`, and SHA-256 of the file by which the family talked to the unit. */
  readonly profile: string | null;
  readonly profile_digest: string | null;
}
