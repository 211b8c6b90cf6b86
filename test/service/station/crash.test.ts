/**
 * The station dies between any two lines of its journal, under each order, under both readings of a second Register;
 * then it starts again with the same unit. Nothing may be lost, doubled or rotated, and nothing green without a proof.
 */
import { describe, expect, it } from 'vitest';
import type { JournalEventType } from '../../../electron/domain/journal.ts';
import { Bench } from '../../support/bench.ts';
import { isRepeat } from '../../support/campaign.ts';
import { INSTANCE, type OrderOverrides } from '../../support/order.ts';

const EVENTS: readonly JournalEventType[] = [
  'claim.made',
  'credential.requested',
  'credential.known',
  'unit.written',
  'unit.proved',
  'unit.lock-requested',
  'run.passed',
];
const ORDERS: Record<string, OrderOverrides> = {
  plain: {},
  'secret and lock': { payload: 'secret', lock: true },
  numbered: { clientId: '{groupId}@@@{model}-{sequence:6}' },
};
// The readings differ in the cloud alone.
const READINGS = isRepeat ? (['rotates'] as const) : (['exists', 'rotates'] as const);
const cases = READINGS.flatMap((secondRegister) =>
  Object.entries(ORDERS).flatMap(([name, order]) =>
    EVENTS.filter((at) => at !== 'unit.lock-requested' || order.lock === true).flatMap((at) =>
      (['before', 'after'] as const).map((when) => ({ secondRegister, name, order, at, when })),
    ),
  ),
);

describe('a station that dies', () => {
  it.each(cases)(
    '$when $at ($name, a second Register $secondRegister)',
    async ({ secondRegister, order, at, when }) => {
      await using bench = await Bench.open({ secondRegister });
      const { unit, slot } = bench.unit();
      const died = await bench.attempt(slot, { ...order, crash: { at, when } });
      expect(died).toMatchObject({
        kind: 'finished',
        finish: { outcome: 'ERROR' },
        error: { code: 'LEDGER_FAILED' },
      });
      await bench.restart();

      const again = await bench.attempt(slot, order);
      // The one case in which the unit's proof had been sealed before the station died.
      if (at === 'run.passed' && when === 'after') expect(again.kind).toBe('already-done');
      else expect(again).toMatchObject({ kind: 'finished', finish: { outcome: 'PASS' } });

      const clientId = String(unit.record?.cid);
      expect(clientId).toBe(order.clientId ? 'GID_sensor@@@sensor-a-000001' : 'GID_sensor@@@UNIT0001');
      const credential = bench.cloud.credentialOf(INSTANCE, clientId);
      expect(bench.calls('Register')).toBe(1);
      expect(credential).toMatchObject({ createTime: credential?.updateTime });
      expect(unit.record).toMatchObject({ kid: credential?.deviceAccessKeyId });
      expect(unit.isLocked).toBe(order.lock ?? false);
      expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'passed', clientId });
      expect(await bench.verifyLedger()).toMatchObject({ ok: true });
    },
  );
});
