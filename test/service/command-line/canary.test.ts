/**
 * No secret and no password leaves the station but to the unit: not in the ledger, the output, the files, the news, the
 * transcript or the feed; after a pass, a failure, an abort and a kill alike.
 */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { wrongProof } from '../../../electron/simulator/units/faults.ts';
import { Bench } from '../../support/bench.ts';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import { createFloor, type Floor, type FloorUnit } from '../../support/floor.ts';
import { type Ended, keybench, start } from '../../support/keybench.ts';
import { INSTANCE } from '../../support/order.ts';

function secretsOf(floor: Floor, { unit }: FloorUnit): string[] {
  const credential = floor.cloud.credentialOf(INSTANCE, `GID_sensor@@@${unit.hardwareId}`);
  const { pw, key } = unit.record ?? {};
  return [credential?.deviceAccessKeySecret, pw, key, 'test-secret'].filter(
    (secret): secret is string => typeof secret === 'string',
  );
}

function expectSilent(floor: Floor, units: readonly FloorUnit[], runs: readonly Ended[]): void {
  const secrets = new Set(units.flatMap((unit) => secretsOf(floor, unit)));
  expect(secrets.size).toBeGreaterThan(1);
  const found = [...secrets].flatMap((secret) => [
    ...findSecretInDir(secret, floor.dir),
    ...runs.flatMap(({ stdout, stderr }) => [
      ...findSecret(secret, 'stdout', stdout),
      ...findSecret(secret, 'stderr', stderr),
    ]),
  ]);
  expect(found).toEqual([]);
}

describe('secrets stay inside', () => {
  it.each(['password', 'secret'] as const)(
    'through passes, failures and faults of the cloud (payload: %s)',
    async (payload) => {
      const floor = await createFloor();
      floor.cloud.setFaults([
        { action: 'RegisterDeviceCredential', from: 2, to: 2, fault: { kind: 'truncated-json' } },
        { action: 'GetDeviceCredential', from: 2, to: 3, fault: { kind: 'truncated-json' } },
      ]);
      const units = [
        await floor.unit(),
        await floor.unit({ faults: wrongProof() }),
        await floor.unit({ bootLog: true }),
      ];
      const run = await keybench(floor.run(units, floor.order({ payload })));
      expect(run.lines.at(-1)).toMatchObject({ pass: 2, fail: 1 });
      const records = await keybench(['records', '--ledger', floor.ledgerPath, '--format', 'csv']);
      const verified = await keybench(['verify-ledger', '--ledger', floor.ledgerPath]);
      expectSilent(floor, units, [run, records, verified]);
    },
  );

  it('when the station is killed with the record on the line', async () => {
    const floor = await createFloor();
    const only = await floor.unit({ flashMs: 200 });
    const running = start(floor.run([only], floor.order({ payload: 'secret' })));
    await running.line(({ event, phase }) => event === 'phase-started' && phase === 'write');
    running.child.kill('SIGKILL');
    const killed = await running.ended;
    const resumed = await keybench(floor.run([only], floor.order({ payload: 'secret' })));
    expect(resumed.status).toBe(0);
    expectSilent(floor, [only], [killed, resumed]);
  });

  it('in the news and in the errors of a run, however they are printed', async () => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit({ faults: wrongProof() });
    const attempt = await bench.attempt(slot, { payload: 'secret' });
    const printed = [
      inspect(bench.events, { depth: 20 }),
      JSON.stringify(bench.events),
      inspect(attempt, { depth: 20, showHidden: true }),
    ];
    const { key } = unit.record ?? {};
    expect(key).toBeTypeOf('string');
    for (const text of printed) expect(findSecret(String(key), 'news', text)).toEqual([]);
  });
});
