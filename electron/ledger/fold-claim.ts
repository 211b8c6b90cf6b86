/**
 * The fold's part for claims: the row, the counters of its order, and the unit's pointer to it.
 * Must not: let a ClientId change hands.
 */
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal.ts';
import { CLAIM_FACTS, type ClaimChange, type ClaimEvent, type ClaimFacts } from './claim-row.ts';
import { seeUnit } from './fold-seen.ts';
import type { CredentialRow, Tables } from './schema.ts';
import { searchKeys } from './search-keys.ts';
import { insertion, statement, updateRow } from './statements.ts';

type Made = Extract<JournalEvent, { type: 'claim.made' }>;

/** Makes a claim, or makes one of this unit that came to nothing its current one again. */
export async function foldClaimMade(trx: Kysely<Tables>, at: string, event: Made): Promise<void> {
  const { clientId, hardwareId } = event;
  await seeUnit(trx, { hardwareId, at, claim: event });
  const [made] = await makeClaim(trx, blankClaim(at, event));
  if (made === undefined) throw new StationError('BUG', { what: 'claim.made: taken', clientId });
}

/** Gives no row where the ClientId is another unit's, or begun. */
const makeClaim = insertion('credential', (insert) =>
  insert
    .onConflict((oc) =>
      oc
        .columns(['instance_id', 'client_id'])
        .doUpdateSet((eb) => ({
          state: eb.ref('excluded.state'),
          changed_at: eb.ref('excluded.changed_at'),
          order_number: eb.ref('excluded.order_number'),
        }))
        .whereRef('credential.hardware_id', '=', 'excluded.hardware_id')
        .where('credential.state', 'in', ['claimed', 'refused']),
    )
    .returning('client_id'),
);

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

/** What of a claim the news of it hangs on. Rejects BUG where there is none of that name. */
export async function claimFacts(
  trx: Kysely<Tables>,
  { type, instanceId, clientId }: ClaimEvent,
): Promise<ClaimFacts> {
  const [facts] = await selectClaim(trx, { instanceId, clientId });
  if (facts === undefined) throw new StationError('BUG', { what: `${type}: no such claim`, clientId });
  return facts;
}

const selectClaim = statement<{ instanceId: string; clientId: string }, ClaimFacts>((db, value) =>
  db
    .selectFrom('credential')
    .select(CLAIM_FACTS)
    .where('instance_id', '=', value('instanceId'))
    .where('client_id', '=', value('clientId')),
);

/** Stores what changed in a claim and carries it into the counters of the orders concerned. */
export async function changeClaim(
  trx: Kysely<Tables>,
  before: ClaimFacts,
  change: ClaimChange,
): Promise<void> {
  const entries = Object.entries(change) as [keyof ClaimChange, unknown][];
  const isNews = ([column, value]: (typeof entries)[number]) =>
    !(column in before) || before[column as keyof ClaimFacts] !== value;
  const { instance_id, client_id } = before;
  const news: ClaimChange = Object.fromEntries(entries.filter(isNews));
  await updateRow(trx, 'credential', { instance_id, client_id }, news);
  const counts = new Map<string, Count>();
  addCount(counts, before, -1);
  addCount(counts, { ...before, ...change }, 1);
  for (const [number, { passed, inDoubt: in_doubt }] of counts) {
    if (passed !== 0 || in_doubt !== 0) await countInOrder(trx, { ...UNOPENED, number, passed, in_doubt });
  }
}

interface Count {
  readonly passed: number;
  readonly inDoubt: number;
}

function addCount(counts: Map<string, Count>, claim: ClaimFacts, sign: 1 | -1): void {
  const add = (order: string, by: Count) => {
    const sum = counts.get(order) ?? { passed: 0, inDoubt: 0 };
    counts.set(order, { passed: sum.passed + by.passed, inDoubt: sum.inDoubt + by.inDoubt });
  };
  if (claim.passed_order !== null) add(claim.passed_order, { passed: sign, inDoubt: 0 });
  if (claim.in_doubt_since !== null) add(claim.order_number, { passed: 0, inDoubt: sign });
}

/** Stands for an order that was never opened here, so that what is counted under it has a row. */
const UNOPENED = { product: '', quantity: 0, recipe: '', definition: '', opened_at: null };

const countInOrder = insertion('work_order', (insert) =>
  insert.onConflict((oc) =>
    oc.column('number').doUpdateSet((eb) => ({
      passed: eb('work_order.passed', '+', eb.ref('excluded.passed')),
      in_doubt: eb('work_order.in_doubt', '+', eb.ref('excluded.in_doubt')),
    })),
  ),
);
