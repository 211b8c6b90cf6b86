/** Whatever happened, in whatever order: folding the events again gives the tables that are there. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, ClaimState } from '../../../electron/domain/claim.ts';
import { isBegun } from '../../../electron/domain/claim.ts';
import type { JournalEvent } from '../../../electron/domain/journal.ts';
import type { WorkOrder } from '../../../electron/domain/work-order.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { CredentialRow } from '../../../electron/ledger/schema.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { anOrder, claimUnit, digest, finished, run, wayToPass } from './events.ts';
import { tempDir } from './fixtures.ts';

const UNITS = ['A1', 'A2', 'B1', '单-元'];
const ORDERS: readonly WorkOrder[] = [
  anOrder({ number: 'WO-1' }),
  anOrder({ number: 'WO-2', template: '{groupId}@@@n{sequence:3}' }),
  anOrder({ number: '工单-3', template: '{groupId}@@@{model}' }),
];

/** One thing that may happen: an attempt begins, goes on as it should, takes another turn, or ends. */
const step = fc.record({
  what: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('start', 'open', 'end') },
    { weight: 16, arbitrary: fc.constant('advance') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'requested',
        'refused',
        'refreshRequested',
        'known',
        'eraseRequested',
        'written',
        'proved',
        'passed',
        'doubted',
        'confirmed',
      ),
    },
  ),
  unit: fc.nat(UNITS.length - 1),
  order: fc.nat(ORDERS.length - 1),
  slot: fc.nat(2),
  digest: fc.constantFrom('a', 'a', 'a', 'b'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The event that takes a claim one step further on its way. */
const ON = {
  claimed: 'requested',
  refused: 'requested',
  requested: 'known',
  'refresh-requested': 'known',
  known: 'written',
  'erase-requested': 'written',
  written: 'proved',
  proved: 'lockRequested',
  'lock-requested': 'passed',
  passed: 'doubted',
} as const satisfies Record<ClaimState, string>;

interface Attempt {
  readonly runId: string;
  readonly order: WorkOrder;
  readonly claim: Claim;
}

/** Plays the steps that can happen and passes over the others; says how many could. */
async function play(ledger: SqlLedger, steps: readonly Step[]): Promise<number> {
  const alive = new Map<number, Attempt>();
  let runs = 0;
  let played = 0;
  for (const { what, unit, order, slot, ...rest } of steps) {
    const attempt = alive.get(slot);
    const chosen = ORDERS[order] ?? anOrder();
    if (what === 'open') {
      const { number, product, quantity } = chosen;
      await ledger.append([
        { type: 'order.opened', number, product, quantity, recipe: '[]', definition: '{}' },
      ]);
    } else if (what === 'start' || attempt === undefined) {
      runs += 1;
      const runId = `r${runs}`;
      if (attempt) await ledger.append([finished({ slot: `slot-${slot}` })], run(attempt.runId));
      alive.delete(slot);
      const answer = await claimUnit(ledger, { runId, hardwareId: UNITS[unit] ?? '', order: chosen });
      if (answer.kind === 'claimed') alive.set(slot, { runId, order: chosen, claim: answer.claim });
    } else if (what === 'end') {
      await ledger.append([finished({ slot: `slot-${slot}`, code: 'PORT_LOST' })], run(attempt.runId));
      alive.delete(slot);
    } else {
      const { hardwareId, clientId, instanceId } = attempt.claim;
      const claim = await ledger.claimOf(instanceId, clientId);
      const held = what === 'advance' ? claim?.known?.digest : undefined;
      const way = wayToPass({ hardwareId, clientId, instanceId, digest: held ?? digest(rest.digest) });
      const event: JournalEvent = way[what === 'advance' ? ON[claim?.state ?? 'claimed'] : what];
      try {
        await ledger.append([event], run(attempt.runId));
      } catch (error) {
        expect(error).toMatchObject({ code: 'BUG' });
        continue;
      }
      if (event.type === 'run.passed') alive.delete(slot);
    }
    played += 1;
  }
  await ledger.append([finished({ slot: 'slot-9' })], run('nobody'));
  return played;
}

/** The counters of each order, held against counting the claims one by one. */
async function expectRightCounts(ledger: SqlLedger, path: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path, { readOnly: true });
  const claims = raw.prepare('select * from credential').all() as CredentialRow[];
  raw.close();
  for (const { number } of ORDERS) {
    const passed = claims.filter(({ state, passed_order }) => state === 'passed' && passed_order === number);
    const inDoubt = claims.filter(
      ({ state, doubt, order_number }) => (isBegun(state) || doubt !== null) && order_number === number,
    );
    expect(await ledger.orderCounts(number)).toEqual({ passed: passed.length, inDoubt: inDoubt.length });
  }
  const inDoubt = claims.filter(({ state, doubt }) => isBegun(state) || doubt !== null);
  expect(await ledger.inDoubt({ limit: 1_000 })).toHaveLength(inDoubt.length);
}

describe('replay', () => {
  it('gives the very tables that were made while things happened, and again after a restart', async () => {
    const dir = tempDir();
    let trial = 0;
    let played = 0;
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        trial += 1;
        const path = join(dir, `ledger-${trial}.db`);
        const ledger = await openLedger({ path, mode: 'write' });
        try {
          played += await play(ledger, steps);
          await expectRightCounts(ledger, path);
          expect(await verifyLedger(path)).toMatchObject({ ok: true, problems: [] });
        } finally {
          await ledger.close();
        }
        const again = await openLedger({ path, mode: 'write' });
        const left = (await again.runs({ limit: 1_000 })).items;
        await again.close();
        passed += left.filter(({ outcome }) => outcome === 'PASS').length;
        expect(left.every(({ outcome }) => outcome !== undefined)).toBe(true);
        expect(left.filter(({ code }) => code === 'STATION_STOPPED')).toHaveLength(again.interrupted);
        expect(await verifyLedger(path)).toMatchObject({ ok: true, problems: [] });
        rmSync(path);
      }),
      { numRuns: 25 },
    );
    expect(played).toBeGreaterThan(100);
    expect(passed).toBeGreaterThan(5);
  });
});
