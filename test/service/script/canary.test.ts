/**
 * No secret, no MQTT password and no login password leaves the station but to the unit: not in the transcript of the console, although
 * it is echoed, dumped and read back there; not in the ledger, the news or the errors.
 */
import { inspect } from 'node:util';
import { describe, expect } from 'vitest';
import type { Attempt } from '../../../electron/station/slot-runner.ts';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import { CAMPAIGN_KINDS } from '../../support/consoles/kinds.ts';
import { PASSWORD } from '../../support/consoles/linux-console.ts';
import { type OnSlot, ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';
import { GROUP, INSTANCE } from '../../support/order.ts';

function secretsOf(bench: ScriptBench, on: OnSlot): string[] {
  const credential = bench.cloud.credentialOf(INSTANCE, `${GROUP}@@@${on.hardwareId}`);
  const held = on.held();
  return [credential?.deviceAccessKeySecret, held?.possession, PASSWORD].filter(
    (secret) => secret !== undefined,
  );
}

describe.each(CAMPAIGN_KINDS)('of $name', (kind) => {
  const test = testOf(kind);

  test.each(['password', 'secret'] as const)('nothing is told (payload: %s)', async (payload) => {
    await using bench = await ScriptBench.open();
    const good = await bench.unit(kind);
    const bad = await bench.unit(kind, { isForgetful: true });
    const full = await bench.unit(kind, { isFull: true });
    const cut = await bench.unit(kind, { cutAtByte: 2_000, returnsAfterMs: 20, hasOwnPower: true });
    const attempts: Attempt[] = [];
    for (const on of [good, bad, full, cut, good]) attempts.push(await bench.attempt(on, { payload }));
    expect(attempts[0]).toMatchObject({ finish: { outcome: 'PASS' } });

    const secrets = new Set([good, bad, full, cut].flatMap((on) => secretsOf(bench, on)));
    expect(secrets.size).toBeGreaterThan(4);
    expect(bench.transcript.length).toBeGreaterThan(20);
    await bench.restart();
    const found = [...secrets].flatMap((secret) => [
      ...findSecret(secret, 'transcript', bench.transcript.join('\n')),
      ...findSecret(secret, 'news', inspect(bench.events, { depth: 20 })),
      ...findSecret(secret, 'attempts', inspect(attempts, { depth: 20, showHidden: true })),
      ...findSecretInDir(secret, bench.dir),
    ]);
    expect(found).toEqual([]);
  });

  test('what the unit keeps is where it belongs: the canary would be found', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    expect(await bench.attempt(on)).toMatchObject({ finish: { outcome: 'PASS' } });
    const possession = on.held()?.possession ?? '';
    expect(findSecret(possession, 'unit', inspect(on.held()))).not.toEqual([]);
  });
});
