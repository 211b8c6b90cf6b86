/**
 * What an event makes of the derived tables: the one function for it, used when an event is appended and when
 * a ledger is verified by folding everything again.
 * Must not: read a clock, draw a random number or look at anything but the event and the derived tables.
 */
import type { Kysely } from 'kysely';
import type { ChainedEvent } from './chain.ts';
import { type ClaimEvent, changeOfClaim } from './claim-row.ts';
import { changeClaim, claimFacts, foldClaimMade } from './fold-claim.ts';
import {
  changeRun,
  claimOfRun,
  endOf,
  foldRunStarted,
  foldUnstartedRun,
  type RunChange,
  runFacts,
} from './fold-run.ts';
import type { Tables } from './schema.ts';

/** Applies one event, inside the caller's transaction. Rejects BUG for an event that cannot have happened. */
export async function fold(trx: Kysely<Tables>, chained: ChainedEvent): Promise<void> {
  const { event, at, hash, runId } = chained;
  switch (event.type) {
    case 'station.created':
      await trx.insertInto('station').values({ id: event.stationId, created_at: at }).execute();
      return;
    case 'order.opened':
      return foldOrderOpened(trx, at, event);
    case 'run.started':
      return foldRunStarted(trx, chained, event);
    case 'claim.made': {
      const run = await runOf(trx, runId);
      await foldClaimMade(trx, at, event);
      if (run) await changeRun(trx, run.id, claimOfRun(run, event));
      return;
    }
    case 'run.finished': {
      const run = await runOf(trx, runId);
      if (run === undefined) return foldUnstartedRun(trx, chained, event);
      return changeRun(trx, run.id, endOf(run, { ...event, at, hash }));
    }
    default:
      return foldClaimEvent(trx, chained, event);
  }
}

const runOf = (trx: Kysely<Tables>, runId: string | undefined) =>
  runId === undefined ? Promise.resolve(undefined) : runFacts(trx, runId);

async function foldClaimEvent(
  trx: Kysely<Tables>,
  { at, hash, runId }: ChainedEvent,
  event: ClaimEvent,
): Promise<void> {
  const run = await runOf(trx, runId);
  const before = await claimFacts(trx, event);
  const change = changeOfClaim(before, event, { at, run });
  await changeClaim(trx, before, change);
  if (run === undefined) return;
  const { device_access_key_id, digest } = { ...before, ...change };
  /** Which record the run was about: what a unit says that it holds is looked up by it. */
  const record: RunChange = { device_access_key_id, digest };
  const named = claimOfRun(run, event);
  if (event.type === 'run.passed') {
    const end = endOf(run, { at, hash, outcome: 'PASS', evidence: {}, phases: event.phases });
    await changeRun(trx, run.id, { ...named, ...record, ...end });
  } else if (event.type === 'credential.known') {
    await changeRun(trx, run.id, { ...named, ...record });
  } else {
    await changeRun(trx, run.id, named);
  }
}

async function foldOrderOpened(
  trx: Kysely<Tables>,
  at: string,
  { number, product, quantity, recipe, definition }: Extract<ChainedEvent['event'], { type: 'order.opened' }>,
): Promise<void> {
  const order = { product, quantity, recipe, definition };
  await trx
    .insertInto('work_order')
    .values({ number, ...order, opened_at: at, passed: 0, in_doubt: 0 })
    .onConflict((oc) =>
      oc.column('number').doUpdateSet((eb) => ({
        ...order,
        opened_at: eb.fn.coalesce('work_order.opened_at', eb.val(at)),
      })),
    )
    .execute();
}
