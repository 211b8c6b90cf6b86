/**
 * The fold's part for runs, and for the units, slots and operators that runs make known.
 * Must not: change a run that has ended.
 */
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { Outcome } from '../domain/outcome.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainedEvent } from './chain.ts';
import type { RunRow, Tables } from './schema.ts';
import { searchKeys } from './search-keys.ts';

type Started = Extract<JournalEvent, { type: 'run.started' }>;
type Finished = Extract<JournalEvent, { type: 'run.finished' }>;

export async function runRow(trx: Kysely<Tables>, id: string): Promise<RunRow | undefined> {
  return trx.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function foldRunStarted(
  trx: Kysely<Tables>,
  { stationId, at, runId }: ChainedEvent,
  event: Started,
): Promise<void> {
  const id = requireRunId(runId, event.type);
  const { hardwareId, slot, port, orderNumber, operator } = event;
  const [model, firmware, unitState] = [event.model, event.firmware, event.unitState].map(storable);
  const claim = await seeUnit(trx, { hardwareId, model, firmware, at });
  await seeSlot(trx, { stationId, name: slot, port, runId: id, at });
  if (operator !== undefined) await seeOperator(trx, operator, at);
  await trx
    .insertInto('run')
    .values({
      ...(await blankRun(trx, { id, stationId, at, slot, port, orderNumber })),
      hardware_id: hardwareId,
      model: model ?? null,
      firmware: firmware ?? null,
      unit_state: unitState ?? null,
      operator: operator ?? null,
      instance_id: claim?.instance_id ?? null,
      client_id: claim?.client_id ?? null,
    })
    .execute();
}

/** An attempt in which no unit was identified: it has an end only. */
export async function foldUnstartedRun(
  trx: Kysely<Tables>,
  { stationId, at, runId, hash }: ChainedEvent,
  event: Finished,
): Promise<void> {
  const id = requireRunId(runId, event.type);
  const { slot, port, orderNumber, outcome, code, cloudCode, phase, evidence, phases } = event;
  await seeSlot(trx, { stationId, name: slot, port, runId: id, at });
  const run = await blankRun(trx, { id, stationId, at, slot, port, orderNumber });
  await trx.insertInto('run').values(run).execute();
  await endRun(trx, run, { at, hash, outcome, code, cloudCode, phase, evidence, phases });
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

export async function endRun(trx: Kysely<Tables>, run: RunRow, end: RunEnd): Promise<void> {
  if (run.outcome !== null) {
    throw new StationError('BUG', { what: `run has ended as ${run.outcome}`, runId: run.id });
  }
  await trx
    .updateTable('run')
    .set({
      ended_at: end.at,
      outcome: end.outcome,
      code: end.code ?? null,
      cloud_code: end.cloudCode ?? null,
      phase: end.phase ?? null,
      evidence: canonicalJson(end.evidence),
      phases: canonicalJson(end.phases),
      event_hash: end.hash,
    })
    .where('id', '=', run.id)
    .execute();
}

/** Writes down which claim a run works on, once it is known. */
export async function nameClaimOfRun(
  trx: Kysely<Tables>,
  run: RunRow,
  { instanceId, clientId }: { readonly instanceId: string; readonly clientId: string },
): Promise<void> {
  if (run.instance_id === instanceId && run.client_id === clientId) return;
  await trx
    .updateTable('run')
    .set({ instance_id: instanceId, client_id: clientId })
    .where('id', '=', run.id)
    .execute();
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
  const order = await trx
    .selectFrom('work_order')
    .select('product')
    .where('number', '=', place.orderNumber)
    .executeTakeFirst();
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
  };
}

interface UnitSeen {
  readonly hardwareId: string;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  readonly at: string;
}

/** The claim that the unit has, if any. What is not said of the unit stays as it was. */
export async function seeUnit(
  trx: Kysely<Tables>,
  { hardwareId, model, firmware, at }: UnitSeen,
): Promise<{ readonly instance_id: string | null; readonly client_id: string | null } | undefined> {
  const said = {
    ...(model === undefined ? {} : { model }),
    ...(firmware === undefined ? {} : { firmware }),
  };
  return trx
    .insertInto('unit')
    .values({
      hardware_id: hardwareId,
      model: '',
      firmware: '',
      ...said,
      first_seen_at: at,
      last_seen_at: at,
      instance_id: null,
      client_id: null,
      ...searchKeys(hardwareId),
    })
    .onConflict((oc) => oc.column('hardware_id').doUpdateSet({ ...said, last_seen_at: at }))
    .returning(['instance_id', 'client_id'])
    .executeTakeFirst();
}

async function seeSlot(
  trx: Kysely<Tables>,
  slot: { stationId: string; name: string; port: string; runId: string; at: string },
): Promise<void> {
  const last = { port: slot.port, last_run_id: slot.runId, last_seen_at: slot.at };
  await trx
    .insertInto('slot')
    .values({ station_id: slot.stationId, name: slot.name, ...last })
    .onConflict((oc) => oc.columns(['station_id', 'name']).doUpdateSet(last))
    .execute();
}

async function seeOperator(trx: Kysely<Tables>, id: string, at: string): Promise<void> {
  await trx
    .insertInto('operator')
    .values({ id, first_seen_at: at, last_seen_at: at })
    .onConflict((oc) => oc.column('id').doUpdateSet({ last_seen_at: at }))
    .execute();
}

function requireRunId(id: string | undefined, event: string): string {
  if (id === undefined) throw new StationError('BUG', { what: `${event} without a run` });
  return id;
}

/** PostgreSQL's text cannot hold the character 0, which a unit may well send. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
