/**
 * The fold’s part for runs.
 * Must not: change a run that has ended.
 */
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { Outcome } from '../domain/outcome.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainedEvent } from './chain.ts';
import { seeUnit, upsertOperator, upsertSlot } from './fold-seen.ts';
import type { RunRow, Tables } from './schema.ts';
import { insertion, statement, updateRow } from './statements.ts';

type Started = Extract<JournalEvent, { type: 'run.started' }>;
type Finished = Extract<JournalEvent, { type: 'run.finished' }>;

const RUN_FACTS = ['id', 'outcome', 'order_number', 'operator', 'instance_id', 'client_id'] as const;
export type RunFacts = Pick<RunRow, (typeof RUN_FACTS)[number]>;

/** What of a run its news hang on; undefined where it has not started. */
export async function runFacts(trx: Kysely<Tables>, id: string): Promise<RunFacts | undefined> {
  const [run] = await selectRun(trx, { id });
  return run;
}

const selectRun = statement<{ id: string }, RunFacts>((db, value) =>
  db.selectFrom('run').select(RUN_FACTS).where('id', '=', value('id')),
);

export async function foldRunStarted(
  trx: Kysely<Tables>,
  { stationId, at, runId }: ChainedEvent,
  event: Started,
): Promise<void> {
  const id = requireRunId(runId, event.type);
  const { hardwareId, slot, port, orderNumber, operator } = event;
  const [model, firmware, unitState] = [event.model, event.firmware, event.unitState].map(storable);
  const claim = await seeUnit(trx, { hardwareId, model, firmware, at });
  await upsertSlot(trx, {
    station_id: stationId,
    name: slot,
    port,
    last_run_id: id,
    last_seen_at: at,
  });
  if (operator !== undefined) {
    await upsertOperator(trx, { id: operator, first_seen_at: at, last_seen_at: at });
  }
  await insertRun(trx, {
    ...(await blankRun(trx, { id, stationId, at, slot, port, orderNumber })),
    hardware_id: hardwareId,
    model: model ?? null,
    firmware: firmware ?? null,
    unit_state: unitState ?? null,
    operator: operator ?? null,
    instance_id: claim?.instance_id ?? null,
    client_id: claim?.client_id ?? null,
    profile: event.profile === undefined ? null : `${event.profile.name}/${event.profile.version}`,
    profile_digest: event.profile?.digest ?? null,
  });
}

/** An attempt in which no unit was identified: it has an end only. */
export async function foldUnstartedRun(
  trx: Kysely<Tables>,
  { stationId, at, runId, hash }: ChainedEvent,
  event: Finished,
): Promise<void> {
  const id = requireRunId(runId, event.type);
  const { slot, port, orderNumber } = event;
  await upsertSlot(trx, {
    station_id: stationId,
    name: slot,
    port,
    last_run_id: id,
    last_seen_at: at,
  });
  const run = await blankRun(trx, { id, stationId, at, slot, port, orderNumber });
  await insertRun(trx, { ...run, ...endOf(run, { ...event, at, hash }) });
}

export interface RunEnd {
  readonly at: string;
  readonly hash: string;
  readonly outcome: Outcome;
  readonly code?: string | undefined;
  readonly cloudCode?: string | undefined;
  readonly phase?: string | undefined;
  readonly evidence: object;
  readonly phases: object;
}

/** The columns that end a run. Throws BUG where it has ended before. */
export function endOf(run: Pick<RunRow, 'id' | 'outcome'>, end: RunEnd): RunChange {
  if (run.outcome !== null) {
    throw new StationError('BUG', { what: `run has ended as ${run.outcome}`, runId: run.id });
  }
  return {
    ended_at: end.at,
    outcome: end.outcome,
    code: end.code ?? null,
    cloud_code: end.cloudCode ?? null,
    phase: end.phase ?? null,
    evidence: canonicalJson(end.evidence),
    phases: canonicalJson(end.phases),
    event_hash: end.hash,
  };
}

/** The columns that say which claim a run works on; none where they say so already. */
export function claimOfRun(
  run: RunFacts,
  { instanceId, clientId }: { readonly instanceId: string; readonly clientId: string },
): RunChange {
  if (run.instance_id === instanceId && run.client_id === clientId) return {};
  return { instance_id: instanceId, client_id: clientId };
}

export type RunChange = Partial<Omit<RunRow, 'id'>>;

export async function changeRun(trx: Kysely<Tables>, id: string, change: RunChange): Promise<void> {
  await updateRow(trx, 'run', { id }, change);
}

interface RunPlace {
  readonly id: string;
  readonly stationId: string;
  readonly at: string;
  readonly slot: string;
  readonly port: string;
  readonly orderNumber: string;
}

async function blankRun(trx: Kysely<Tables>, place: RunPlace): Promise<RunRow> {
  const [order] = await selectProduct(trx, { number: place.orderNumber });
  return {
    id: place.id,
    station_id: place.stationId,
    started_at: place.at,
    ended_at: null,
    hardware_id: null,
    model: null,
    firmware: null,
    unit_state: null,
    slot: place.slot,
    port: place.port,
    order_number: place.orderNumber,
    product: order?.product ?? null,
    operator: null,
    instance_id: null,
    client_id: null,
    device_access_key_id: null,
    digest: null,
    outcome: null,
    code: null,
    cloud_code: null,
    phase: null,
    evidence: null,
    phases: null,
    event_hash: null,
    profile: null,
    profile_digest: null,
  };
}

const selectProduct = statement<{ number: string }, { product: string }>((db, value) =>
  db.selectFrom('work_order').select('product').where('number', '=', value('number')),
);

const insertRun = insertion('run');

function requireRunId(id: string | undefined, event: string): string {
  if (id === undefined) throw new StationError('BUG', { what: `${event} without a run` });
  return id;
}

/** PostgreSQL's text cannot hold the character 0, which a unit may well send. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
