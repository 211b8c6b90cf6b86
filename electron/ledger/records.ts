/**
 * Questions of the command line and the window: sealed records, attempts, claims in doubt, the events of a run.
 * Each page is a query of its own, so that a long list never holds up an append.
 * Must not: write; or read a table without an index.
 */
import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Claim } from '../domain/claim.ts';
import type { PhaseTimes } from '../domain/journal.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type ChainedEvent, unlinkEvent } from './chain.ts';
import { claimOfRow } from './claim-row.ts';
import type { RunRow, Tables } from './schema.ts';
import { type Target, targetOf } from './search.ts';

export interface RecordQuery {
  readonly orderNumber?: string | undefined;
  readonly clientId?: string | undefined;
  readonly hardwareId?: string | undefined;
  /** What a person typed: see `targetOf`. */
  readonly text?: string | undefined;
  /** How many at most; 100 where not given. */
  readonly limit?: number | undefined;
  /** The `runId` of the last one of the page before. */
  readonly before?: string | undefined;
}

/** One attempt at a unit, or at a slot where no unit was identified. Times are ISO times of the station. */
export interface RunView {
  /** Of a PASS, the record's id. */
  readonly runId: string;
  readonly stationId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Absent while the run goes on. */
  readonly outcome?: Outcome;
  readonly code?: string;
  readonly cloudCode?: string;
  readonly phase?: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Milliseconds of each phase, as far as it came. */
  readonly phases: PhaseTimes;
  readonly hardwareId?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly clientId?: string;
  readonly instanceId?: string;
  readonly deviceAccessKeyId?: string;
  /** SHA-256 of the record in the unit. */
  readonly digest?: string;
  readonly workOrder: string;
  readonly product?: string;
  readonly slot: string;
  readonly port: string;
  readonly operator?: string;
  /** Hash of the event that ended the run. */
  readonly eventHash?: string;
  /** By which file the unit was talked to, where the family has such files: `name/version`, and its SHA-256. */
  readonly profile?: string;
  readonly profileDigest?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** More units match the text than were looked at: more characters are needed. */
  readonly isCut: boolean;
}

export interface DoubtView {
  readonly claim: Claim;
  readonly since: string;
  readonly workOrder: string;
}

export interface EventView extends ChainedEvent {
  readonly seq: number;
}

type Direction = 'asc' | 'desc';
const PAGE = 100;
/** Rows per query of a walk over everything: a few milliseconds each. */
const WALK_PAGE = 500;

/** A page of runs that started last, newest first; with `outcome`, those only. */
export async function pageOfRuns(
  db: Kysely<Tables>,
  query: RecordQuery,
  outcome?: Outcome,
): Promise<Page<RunView>> {
  const target = await targetOf(db, query.text);
  const limit = query.limit ?? PAGE;
  const rows = await runRows(db, {
    ...query,
    target,
    outcome,
    cursor: query.before,
    direction: 'desc',
    limit,
  });
  return { items: rows.map(runView), isCut: target.isCut };
}

/** All runs that match, oldest first, however many there are. */
export async function* everyRun(
  db: Kysely<Tables>,
  query: RecordQuery,
  outcome?: Outcome,
): AsyncGenerator<RunView> {
  const target = await targetOf(db, query.text);
  let cursor: string | undefined;
  for (;;) {
    const limit = WALK_PAGE;
    const rows = await runRows(db, { ...query, target, outcome, cursor, direction: 'asc', limit });
    for (const row of rows) yield runView(row);
    cursor = rows.at(-1)?.id;
    if (rows.length < limit) return;
    await setImmediate();
  }
}

interface RunSelection extends RecordQuery {
  readonly target: Target;
  readonly outcome: Outcome | undefined;
  readonly cursor: string | undefined;
  readonly direction: Direction;
  readonly limit: number;
}

async function runRows(db: Kysely<Tables>, selection: RunSelection): Promise<RunRow[]> {
  const { orderNumber, clientId, hardwareId, outcome, target, cursor, direction, limit } = selection;
  let query = db
    .selectFrom('run')
    .selectAll()
    .orderBy('started_at', direction)
    .orderBy('id', direction)
    .limit(limit);
  if (orderNumber !== undefined) query = query.where('order_number', '=', orderNumber);
  if (clientId !== undefined) query = query.where('client_id', '=', clientId);
  if (hardwareId !== undefined) query = query.where('hardware_id', '=', hardwareId);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (target.kind === 'run') query = query.where('id', '=', target.id);
  if (target.kind === 'order') query = query.where('order_number', '=', target.number);
  if (target.kind === 'units') query = query.where('hardware_id', 'in', target.hardwareIds);
  if (cursor !== undefined) {
    const from = await db
      .selectFrom('run')
      .select(['started_at', 'id'])
      .where('id', '=', cursor)
      .executeTakeFirst();
    if (from === undefined) return [];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('started_at', 'id'), direction === 'asc' ? '>' : '<', tuple(from.started_at, from.id)),
    );
  }
  return query.execute();
}

/** Claims that were begun and neither passed nor refused, or that are doubted; the oldest first. */
export async function claimsInDoubt(db: Kysely<Tables>, limit = PAGE): Promise<DoubtView[]> {
  const rows = await db
    .selectFrom('credential')
    .selectAll()
    .where('in_doubt_since', 'is not', null)
    .orderBy('in_doubt_since')
    .orderBy('instance_id')
    .orderBy('client_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    claim: claimOfRow(row),
    since: row.in_doubt_since ?? '',
    workOrder: row.order_number,
  }));
}

/** What was written down in a run, in its order. */
export async function eventsOfRun(db: Kysely<Tables>, runId: string): Promise<EventView[]> {
  const rows = await db
    .selectFrom('run_event')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ ...unlinkEvent(row), seq: row.seq }));
}

function runView(row: RunRow): RunView {
  const view = {
    runId: row.id,
    stationId: row.station_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    code: row.code,
    cloudCode: row.cloud_code,
    phase: row.phase,
    evidence: JSON.parse(row.evidence ?? '{}'),
    phases: JSON.parse(row.phases ?? '{}'),
    hardwareId: row.hardware_id,
    model: row.model,
    firmware: row.firmware,
    clientId: row.client_id,
    instanceId: row.instance_id,
    deviceAccessKeyId: row.device_access_key_id,
    digest: row.digest,
    workOrder: row.order_number,
    product: row.product,
    slot: row.slot,
    port: row.port,
    operator: row.operator,
    eventHash: row.event_hash,
    profile: row.profile,
    profileDigest: row.profile_digest,
  };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null)) as unknown as RunView;
}
