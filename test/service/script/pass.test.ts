/** Each kind of console from a port to a sealed record, and the same unit plugged in again. */
import { describe, expect } from 'vitest';
import { KINDS } from '../../support/consoles/kinds.ts';
import { ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';

describe.each(KINDS)('$name', (kind) => {
  const test = testOf(kind);

  test('passes on a pseudo-terminal, holds the record after its restart, and is known when it comes back', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind, { isOnPty: true });
    const attempt = await bench.attempt(on);
    expect(attempt, bench.transcript.slice(-12).join('\n')).toMatchObject({
      kind: 'finished',
      finish: { outcome: 'PASS', clientId: `GID_sensor@@@${on.hardwareId}` },
    });
    expect(bench.faultsOf(on)).toEqual([]);
    expect(on.boots()).toBe(2);
    await expect.poll(() => on.isAtRest(), { timeout: 5_000 }).toBe(true);

    on.unit.unplug();
    await on.unit.plug();
    const again = await bench.attempt(on);
    expect(again, bench.transcript.slice(-12).join('\n')).toEqual({
      kind: 'already-done',
      unit: on.hardwareId,
    });
    expect(bench.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(1);
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  test('takes the secret where the order says so', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    expect(await bench.attempt(on, { payload: 'secret' })).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(bench.faultsOf(on, 'secret')).toEqual([]);
  });
});
