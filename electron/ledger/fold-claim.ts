/**
 * The fold's part for claims: the row, the counters of its order, and the unit's pointer to it.
 * Must not: let a ClientId change hands.
 */
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal.ts';
import { seeUnit } from './fold-run.ts';
import type { CredentialRow, Tables } from './schema.ts';
import { searchKeys } from './search-keys.ts';

type Made = Extract<JournalEvent, { type: 'claim.made' }>;

/** Makes a claim, or makes one of this unit that came to nothing its current one again. */
export async function foldClaimMade(trx: Kysely<Tables>, at: string, event: Made): Promise<void> {
  const { instanceId, clientId, hardwareId, orderNumber } = event;
  await seeUnit(trx, { hardwareId, at });
  const made = await trx
    .insertInto('credential')
    .values(blankClaim(at, event))
    .onConflict((oc) =>
      oc
        .columns(['instance_id', 'client_id'])
        .doUpdateSet({ state: 'claimed', changed_at: at, order_number: orderNumber })
        .where('credential.hardware_id', '=', hardwareId)
        .where('credential.state', 'in', ['claimed', 'refused']),
    )
    .returning('client_id')
    .executeTakeFirst();
  if (made === undefined) throw new StationError('BUG', { what: 'claim.made: taken', clientId });
  await trx
    .updateTable('unit')
    .set({ instance_id: instanceId, client_id: clientId })
    .where('hardware_id', '=', hardwareId)
    .execute();
}

function blankClaim(at: string, event: Made): CredentialRow {
  return {
    instance_id: event.instanceId,
    client_id: event.clientId,
    hardware_id: event.hardwareId,
    state: 'claimed',
    made_at: at,
    changed_at: at,
    order_number: event.orderNumber,
    sequence: event.sequence ?? null,
    sequence_scope: event.sequenceScope ?? null,
    requested_at: null,
    refreshing_key_id: null,
    refreshing_update_time: null,
    device_access_key_id: null,
    create_time: null,
    update_time: null,
    tx: null,
    digest: null,
    recipe: null,
    origin: null,
    doubt: null,
    in_doubt_since: null,
    passed_record_id: null,
    passed_at: null,
    passed_order: null,
    passed_operator: null,
    ...searchKeys(event.clientId),
  };
}

/** Stores a claim's new row and carries the change into the counters of the orders concerned. */
export async function writeClaim(
  trx: Kysely<Tables>,
  before: CredentialRow,
  after: CredentialRow,
): Promise<void> {
  const { instance_id, client_id, ...values } = after;
  await trx
    .updateTable('credential')
    .set(changed(before, values))
    .where('instance_id', '=', instance_id)
    .where('client_id', '=', client_id)
    .execute();
  const counts = new Map<string, { passed: number; inDoubt: number }>();
  for (const [row, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    const passed = row.passed_order;
    if (passed !== null) add(counts, passed, { passed: sign, inDoubt: 0 });
    if (row.in_doubt_since !== null) add(counts, row.order_number, { passed: 0, inDoubt: sign });
  }
  for (const [order, { passed, inDoubt }] of counts) {
    if (passed !== 0 || inDoubt !== 0) await count(trx, order, passed, inDoubt);
  }
}

function add(
  counts: Map<string, { passed: number; inDoubt: number }>,
  order: string,
  by: { passed: number; inDoubt: number },
): void {
  const sum = counts.get(order) ?? { passed: 0, inDoubt: 0 };
  counts.set(order, { passed: sum.passed + by.passed, inDoubt: sum.inDoubt + by.inDoubt });
}

/** The order's row is made where a claim was worked on before its order was opened. */
async function count(trx: Kysely<Tables>, order: string, passed: number, inDoubt: number): Promise<void> {
  await trx
    .insertInto('work_order')
    .values({
      number: order,
      product: '',
      quantity: 0,
      recipe: '',
      definition: '',
      opened_at: null,
      passed,
      in_doubt: inDoubt,
    })
    .onConflict((oc) =>
      oc.column('number').doUpdateSet((eb) => ({
        passed: eb('work_order.passed', '+', passed),
        in_doubt: eb('work_order.in_doubt', '+', inDoubt),
      })),
    )
    .execute();
}

/** Only what differs, so that an index on an unchanged column is left alone. */
function changed(
  before: CredentialRow,
  after: Omit<CredentialRow, 'instance_id' | 'client_id'>,
): Partial<CredentialRow> {
  const entries = Object.entries(after) as [keyof CredentialRow, unknown][];
  return Object.fromEntries(
    entries.filter(([column, value]) => before[column] !== value || column === 'changed_at'),
  );
}
