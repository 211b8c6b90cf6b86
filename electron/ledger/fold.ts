/**
 * What an event makes of the derived tables: the one function for it, used when an event is appended and when
 * a ledger is verified by folding everything again.
 * Must not: read a clock, draw a random number or look at anything but the event and the derived tables.
 */
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { ChainedEvent } from './chain.ts';
import { nextClaimRow } from './claim-row.ts';
import { foldClaimMade, writeClaim } from './fold-claim.ts';
import { endRun, foldRunStarted, foldUnstartedRun, nameClaimOfRun, runRow } from './fold-run.ts';
import type { Tables } from './schema.ts';

/** Applies one event, inside the caller's transaction. Rejects BUG for an event that cannot have happened. */
export async function fold(trx: Kysely<Tables>, chained: ChainedEvent): Promise<void> {
  const { event, at, hash } = chained;
  const run = chained.runId === undefined ? undefined : await runRow(trx, chained.runId);
  switch (event.type) {
    case 'station.created':
      await trx.insertInto('station').values({ id: event.stationId, created_at: at }).execute();
      return;
    case 'order.opened': {
      const { number, ...facts } = event;
      const { type: _type, ...order } = facts;
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
      return;
    }
    case 'run.started':
      return foldRunStarted(trx, chained, event);
    case 'claim.made':
      await foldClaimMade(trx, at, event);
      if (run) await nameClaimOfRun(trx, run, event);
      return;
    case 'run.finished': {
      if (run === undefined) return foldUnstartedRun(trx, chained, event);
      const { outcome, code, cloudCode, phase, evidence, phases } = event;
      return endRun(trx, run, { at, hash, outcome, code, cloudCode, phase, evidence, phases });
    }
    default: {
      const before = await trx
        .selectFrom('credential')
        .selectAll()
        .where('instance_id', '=', event.instanceId)
        .where('client_id', '=', event.clientId)
        .executeTakeFirst();
      if (before === undefined) {
        throw new StationError('BUG', { what: `${event.type}: no such claim`, clientId: event.clientId });
      }
      const after = nextClaimRow(before, event, { at, run });
      await writeClaim(trx, before, after);
      if (run === undefined) return;
      await nameClaimOfRun(trx, run, event);
      if (event.type === 'credential.known') await noteRecord(trx, run.id, after);
      if (event.type !== 'run.passed') return;
      await noteRecord(trx, run.id, after);
      await endRun(trx, run, { at, hash, outcome: 'PASS', evidence: {}, phases: event.phases });
    }
  }
}

/** Which record the run was about: what a unit says that it holds is looked up by it. */
async function noteRecord(
  trx: Kysely<Tables>,
  id: string,
  claim: { readonly device_access_key_id: string | null; readonly digest: string | null },
): Promise<void> {
  const { device_access_key_id, digest } = claim;
  await trx.updateTable('run').set({ device_access_key_id, digest }).where('id', '=', id).execute();
}
