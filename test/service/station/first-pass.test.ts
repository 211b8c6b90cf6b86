/** One unit from a port to a sealed record. */
import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { Bench } from '../../support/bench.ts';

describe('a fresh unit', () => {
  it('gets one credential, proves it after a restart, and is recorded', async () => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit();
    const attempt = await bench.attempt(slot);
    expect(attempt).toMatchObject({
      kind: 'finished',
      finish: { outcome: 'PASS', clientId: 'GID_sensor@@@UNIT0001' },
    });
    expect(bench.calls('Register')).toBe(1);
    const credential = bench.credential('UNIT0001');
    expect(unit.record).toMatchObject({ cid: 'GID_sensor@@@UNIT0001', kid: credential?.deviceAccessKeyId });
    expect(
      bench.cloud.verifyLogin({
        clientId: 'GID_sensor@@@UNIT0001',
        username: String(unit.record?.un),
        password: String(unit.record?.pw),
      }),
    ).toBe(true);
    expect(unit.boots).toBe(2);
    await bench.restart();
    expect(await verifyLedger(bench.ledgerPath)).toMatchObject({ ok: true, problems: [] });
  });
});
