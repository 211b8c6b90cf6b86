/**
 * A Register or Refresh that is carried out after its answer was given up, and one that meets a credential which somebody
 * else made: with the real waits, over HTTP, under both readings of a second Register. Never a second credential for a
 * unit, never a rotated one under green, never somebody else's taken for ours.
 */
import { describe, expect, it } from 'vitest';
import type { ClientId } from '../../../electron/domain/ids.ts';
import { LATENESS } from '../../../electron/domain/lateness.ts';
import { Bench } from '../../support/bench.ts';
import { lateProxy } from '../../support/late-proxy.ts';

const READINGS = ['exists', 'rotates'] as const;
const NEVER = new AbortController().signal;
const REAL = { lateness: LATENESS };
const CHANGES = ['RegisterDeviceCredential', 'RefreshDeviceCredential'];

const committed = (bench: Bench) =>
  bench.cloud.calls
    .filter(({ action, committed }) => committed && CHANGES.includes(action))
    .map(({ action }) => action.replace('DeviceCredential', ''));

async function expectLiveCredential(bench: Bench, record: { readonly kid?: unknown } | undefined) {
  const credential = bench.credential('UNIT0001');
  expect(credential).toBeDefined();
  expect(record?.kid).toBe(credential?.deviceAccessKeyId);
  expect(await bench.verifyLedger()).toMatchObject({ ok: true });
}

describe.concurrent.each(READINGS)('where a second Register %s', (secondRegister) => {
  it('a Register that is carried out when its answer was given up is waited for', async () => {
    await using bench = await Bench.open({ secondRegister });
    const fault = { kind: 'delay', ms: 13_000 } as const;
    bench.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 1, fault }]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot, REAL)).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(committed(bench)).toEqual(['Register']);
    expect(bench.calls('Register')).toBe(1);
    expect(bench.events.filter(({ type }) => type === 'cloud-awaited')).toHaveLength(1);
    await expectLiveCredential(bench, unit.record);
  });

  it('so is a Refresh', async () => {
    await using bench = await Bench.open({ secondRegister });
    await bench.elsewhere().register('GID_sensor@@@UNIT0001' as ClientId, NEVER);
    const { unit, slot } = bench.unit();
    const fault = { kind: 'delay', ms: 13_000 } as const;
    bench.setFaults([{ action: 'RefreshDeviceCredential', from: 1, to: 1, fault }]);
    expect(await bench.attempt(slot, { ...REAL, existing: 'refresh' })).toMatchObject({
      finish: { outcome: 'PASS' },
    });
    expect(committed(bench)).toEqual(['Register', 'Refresh']);
    expect(bench.calls('Refresh')).toBe(1);
    await expectLiveCredential(bench, unit.record);
  });

  it('one that is carried out when its connection broke is waited for', async () => {
    await using bench = await Bench.open({ secondRegister });
    await using proxy = await lateProxy(bench.cloud.url, {
      action: 'RegisterDeviceCredential',
      afterMs: 1_000,
    });
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot, { ...REAL, endpoint: proxy.url })).toMatchObject({
      finish: { outcome: 'PASS' },
    });
    expect(proxy.broken).toBe(1);
    expect(committed(bench)).toEqual(['Register']);
    await expectLiveCredential(bench, unit.record);
  });

  it('one that the station’s own death cut off is waited for by the next run', async () => {
    await using bench = await Bench.open({ secondRegister });
    const fault = { kind: 'delay', ms: 3_000 } as const;
    bench.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 1, fault }]);
    const { unit, slot } = bench.unit();
    const death = new AbortController();
    const dying = bench.attempt(slot, REAL, death.signal);
    await expect
      .poll(() => bench.claim('UNIT0001'), { timeout: 5_000 })
      .toMatchObject({ state: 'requested' });
    // The request is on its way when the line in the ledger is there; a little later it has arrived.
    await new Promise((resolve) => setTimeout(resolve, 300));
    death.abort();
    await dying;
    await bench.restart();
    expect(await bench.attempt(slot, REAL)).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(committed(bench)).toEqual(['Register']);
    await expectLiveCredential(bench, unit.record);
  });

  it('so is one whose run was stopped after its answer was given up', async () => {
    await using bench = await Bench.open({ secondRegister });
    const fault = { kind: 'delay', ms: 14_000 } as const;
    bench.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 1, fault }]);
    const { unit, slot } = bench.unit();
    const comesBy = performance.now() + 15_000;
    const stop = new AbortController();
    const stopped = bench.attempt(slot, REAL, stop.signal);
    const isAwaited = () => bench.events.some(({ type }) => type === 'cloud-awaited');
    await expect.poll(isAwaited, { timeout: 15_000 }).toBe(true);
    stop.abort();
    await stopped;
    expect(await bench.attempt(slot, REAL)).toMatchObject({ finish: { outcome: 'PASS' } });
    // The first one has come by now, whatever was done meanwhile.
    await new Promise((resolve) => setTimeout(resolve, comesBy - performance.now()));
    expect(committed(bench)).toEqual(['Register']);
    await expectLiveCredential(bench, unit.record);
  });

  it('one that never comes is made again once it cannot come any more', async () => {
    await using bench = await Bench.open({ secondRegister });
    bench.setFaults([
      { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'reset-before' } },
    ]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot, REAL)).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(committed(bench)).toEqual(['Register']);
    expect(bench.calls('Register')).toBe(2);
    const [first, second] = bench.cloud.calls.filter(({ action }) => action === CHANGES[0]);
    const apart = Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');
    expect(apart).toBeGreaterThanOrEqual(LATENESS.broken);
    await expectLiveCredential(bench, unit.record);
  });
});

describe('a credential that somebody made between our Get and our Register', () => {
  const names = [
    ['{groupId}@@@{hardwareId}', 'GID_sensor@@@UNIT0001'],
    ['{groupId}@@@{model}-{sequence:4}', 'GID_sensor@@@sensor-a-0001'],
  ] as const;

  /** Our first Get says that there is none, though there is: as if it had been made a moment later. */
  const meet = async (name: string) => {
    const bench = await Bench.open();
    await bench.elsewhere().register(name as ClientId, NEVER);
    const fault = { kind: 'error', code: 'DeviceCredentialNotFound' } as const;
    bench.setFaults([{ action: 'GetDeviceCredential', from: 1, to: 1, fault }]);
    return { bench, ...bench.unit() };
  };

  it.each(names)('is not ours, however new it is: %s', async (clientId, name) => {
    const { bench: opened, unit, slot } = await meet(name);
    await using bench = opened;
    expect(await bench.attempt(slot, { clientId })).toMatchObject({
      finish: { outcome: 'ERROR', code: 'CREDENTIAL_EXISTS', inDoubt: false },
    });
    expect(unit.received).not.toContain('begin');
    expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'refused' });
    expect(committed(bench)).toEqual(['Register']);
    // Nor does it become ours by waiting.
    expect(await bench.attempt(slot, { clientId })).toMatchObject({ finish: { code: 'CREDENTIAL_EXISTS' } });
  });

  it.each(names)('falls under the order’s rule: %s', async (clientId, name) => {
    const { bench: opened, unit, slot } = await meet(name);
    await using bench = opened;
    expect(await bench.attempt(slot, { clientId, existing: 'refresh' })).toMatchObject({
      finish: { outcome: 'PASS' },
    });
    expect(committed(bench)).toEqual(['Register', 'Refresh']);
    expect(unit.record).toBeDefined();
  });

  it('is not ours where our Register was certainly not carried out', async () => {
    await using bench = await Bench.open();
    bench.setFaults([
      { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'throttle' } },
      { action: 'GetDeviceCredential', from: 2, to: 2, fault: { kind: 'error', code: 'NoPermission' } },
    ]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot)).toMatchObject({ finish: { code: 'CLOUD_DENIED', inDoubt: false } });
    expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'refused' });
    await bench.elsewhere().register('GID_sensor@@@UNIT0001' as ClientId, NEVER);
    expect(await bench.attempt(slot)).toMatchObject({ finish: { code: 'CREDENTIAL_EXISTS' } });
    expect(unit.received).not.toContain('begin');
  });

  it('stays somebody else’s when the station dies on the way', async () => {
    const [clientId, name] = names[0];
    const { bench: opened, unit, slot } = await meet(name);
    await using bench = opened;
    await bench.attempt(slot, { clientId, crash: { at: 'credential.refused', when: 'after' } });
    await bench.restart();
    expect(await bench.attempt(slot, { clientId })).toMatchObject({ finish: { code: 'CREDENTIAL_EXISTS' } });
    expect(unit.received).not.toContain('begin');
  });
});
