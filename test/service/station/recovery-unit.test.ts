/**
 * The rows of the recovery tables that begin with the unit: what it says of itself, that it passed before, and who it is.
 */
import { describe, expect, it } from 'vitest';
import type { ClientId } from '../../../electron/domain/ids.ts';
import { Bench } from '../../support/bench.ts';

const clientId = 'GID_sensor@@@UNIT0001' as ClientId;

describe('what the unit says', () => {
  it('blank although it was written: in doubt, never written again silently', async () => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit();
    await bench.attempt(slot, { crash: { at: 'unit.written', when: 'after' } });
    await bench.restart();
    unit.close();
    const replaced = bench.unit({ hardwareId: 'UNIT0001' });
    expect(await bench.attempt(replaced.slot)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'RECORD_MISSING', held: true, inDoubt: true },
    });
    expect(replaced.unit.received).not.toContain('begin');
    expect(bench.calls('Register')).toBe(1);
  });

  it('an older record of its own that never passed: erased on purpose, then written', async () => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit();
    await bench.attempt(slot, { payload: 'password', crash: { at: 'unit.written', when: 'after' } });
    await bench.restart();
    expect(await bench.attempt(slot, { payload: 'secret' })).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(unit.received.filter((name) => name === 'erase')).toHaveLength(1);
    expect(unit.record).toHaveProperty('key');
    expect(bench.calls('Register')).toBe(1);
  });

  it.each(['before', 'after'] as const)(
    'and a station that dies %s the erase is written down carries on',
    async (when) => {
      await using bench = await Bench.open();
      const { unit, slot } = bench.unit();
      await bench.attempt(slot, { crash: { at: 'unit.written', when: 'after' } });
      await bench.restart();
      const at = when === 'before' ? 'unit.written' : 'unit.erase-requested';
      await bench.attempt(slot, { payload: 'secret', crash: { at, when } });
      await bench.restart();
      expect(await bench.attempt(slot, { payload: 'secret' })).toMatchObject({ finish: { outcome: 'PASS' } });
      expect(unit.record).toHaveProperty('key');
    },
  );

  it('the same, but it cannot erase: refused before any cloud call', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit({ capabilities: ['prove', 'lock'] });
    await bench.attempt(slot, { crash: { at: 'unit.written', when: 'after' } });
    await bench.restart();
    const before = bench.cloud.calls.length;
    expect(await bench.attempt(slot, { payload: 'secret' })).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_LACKS_CAPABILITY', evidence: { missing: 'erase' } },
    });
    expect(bench.cloud.calls).toHaveLength(before);
  });

  it.each([
    ['prove', {}],
    ['lock', { lock: true }],
  ] as const)(
    'it cannot %s, and the order needs it: refused before any cloud call',
    async (missing, changes) => {
      await using bench = await Bench.open();
      const capabilities = (['prove', 'lock', 'erase'] as const).filter((name) => name !== missing);
      const { slot } = bench.unit({ capabilities });
      expect(await bench.attempt(slot, changes)).toMatchObject({
        finish: { code: 'UNIT_LACKS_CAPABILITY', evidence: { missing }, inDoubt: false },
      });
      expect(bench.cloud.calls).toHaveLength(0);
    },
  );

  it('locked with a foreign record: FAIL, no credential asked for', async () => {
    await using bench = await Bench.open();
    await using foreign = await Bench.open();
    const { slot } = bench.unit();
    await foreign.attempt(slot, { lock: true });
    expect(await bench.attempt(slot)).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_LOCKED', inDoubt: false },
    });
    expect(bench.calls('Register')).toBe(0);
  });

  it('locked with our record and not yet passed: verified to PASS', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit();
    await bench.attempt(slot, { lock: true, crash: { at: 'run.passed', when: 'before' } });
    await bench.restart();
    expect(await bench.attempt(slot, { lock: true })).toMatchObject({ finish: { outcome: 'PASS' } });
  });
});

describe('a unit that passed before', () => {
  it('is already done, without a cloud call and without a reset', async () => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit();
    await bench.attempt(slot);
    await bench.restart();
    const [calls, boots] = [bench.cloud.calls.length, unit.boots];
    expect(await bench.attempt(slot, { number: 'WO-2' })).toMatchObject({
      kind: 'already-done',
      unit: 'UNIT0001',
    });
    expect(bench.events.at(-1)).toMatchObject({
      type: 'already-done',
      orderNumber: 'WO-1',
      operator: 'op-7',
    });
    expect([bench.cloud.calls.length, unit.boots]).toEqual([calls, boots]);
  });

  it('and is blank now: in doubt, ERROR, no cloud call; in order again once it is the right unit', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit();
    await bench.attempt(slot);
    const impostor = bench.unit({ hardwareId: 'UNIT0001' });
    const calls = bench.cloud.calls.length;
    expect(await bench.attempt(impostor.slot)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'PASSED_UNIT_DIFFERS', held: true, inDoubt: true },
    });
    expect(bench.cloud.calls).toHaveLength(calls);
    expect(await bench.attempt(slot)).toMatchObject({ kind: 'already-done' });
    expect(await bench.claim('UNIT0001')).not.toHaveProperty('doubt');
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  it.each([
    { payload: 'secret' },
    { lock: true },
    { brokerHost: 'elsewhere.example' },
    { instanceId: 'post-cn-other' },
  ] as const)('under another recipe (%o): in doubt, ERROR, nothing changed', async (changes) => {
    await using bench = await Bench.open();
    const { unit, slot } = bench.unit();
    await bench.attempt(slot);
    const [record, calls] = [unit.record, bench.cloud.calls.length];
    expect(await bench.attempt(slot, changes)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'PASSED_UNDER_OTHER_RECIPE', inDoubt: true },
    });
    expect(unit.record).toEqual(record);
    expect(bench.cloud.calls).toHaveLength(calls);
  });
});

describe('identity', () => {
  it('one ClientId for two units: the second is stopped without a cloud call', async () => {
    await using bench = await Bench.open();
    const [first, second] = [bench.unit(), bench.unit()];
    const changes = { clientId: '{groupId}@@@{model}' };
    expect(await bench.attempt(first.slot, changes)).toMatchObject({ finish: { outcome: 'PASS' } });
    const calls = bench.cloud.calls.length;
    expect(await bench.attempt(second.slot, changes)).toMatchObject({
      finish: {
        outcome: 'ERROR',
        code: 'DUPLICATE_IDENTITY',
        inDoubt: false,
        evidence: { belongsTo: 'UNIT0001' },
      },
    });
    expect(bench.cloud.calls).toHaveLength(calls);
  });

  it('a unit keeps its ClientId: another template, once a credential was asked for, is a decision', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit();
    await bench.attempt(slot, { crash: { at: 'credential.known', when: 'after' } });
    await bench.restart();
    const calls = bench.cloud.calls.length;
    expect(await bench.attempt(slot, { clientId: '{groupId}@@@x-{hardwareId}' })).toMatchObject({
      finish: { outcome: 'ERROR', code: 'UNIT_HAS_OTHER_CLIENT_ID', held: true, evidence: { clientId } },
    });
    expect(bench.cloud.calls).toHaveLength(calls);
  });

  it('a unit keeps its number when it comes back, and the next unit gets the next', async () => {
    await using bench = await Bench.open();
    const changes = { clientId: '{groupId}@@@{model}-{sequence:4}' };
    const [first, second] = [bench.unit(), bench.unit()];
    bench.setFaults([
      {
        action: 'RegisterDeviceCredential',
        from: 1,
        to: 1,
        fault: { kind: 'error', code: 'PermissionCheckFailed' },
      },
    ]);
    expect(await bench.attempt(first.slot, changes)).toMatchObject({ finish: { code: 'CLOUD_DENIED' } });
    expect(await bench.attempt(second.slot, changes)).toMatchObject({
      finish: { clientId: 'GID_sensor@@@sensor-a-0002' },
    });
    expect(await bench.attempt(first.slot, changes)).toMatchObject({
      finish: { clientId: 'GID_sensor@@@sensor-a-0001' },
    });
  });

  it('what a unit contributes is checked before any cloud call, and never altered to fit', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit({ hardwareId: 'A'.repeat(32) });
    expect(
      await bench.attempt(slot, { clientId: `{groupId}@@@${'x'.repeat(20)}{hardwareId}` }),
    ).toMatchObject({
      finish: { outcome: 'ERROR', code: 'CLIENT_ID_DOES_NOT_FIT', inDoubt: false },
    });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  it('a wrong model is refused before any cloud call', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit({ model: 'sensor-b' });
    expect(await bench.attempt(slot, { model: 'sensor-a' })).toMatchObject({
      finish: {
        outcome: 'FAIL',
        code: 'UNIT_WRONG_MODEL',
        evidence: { model: 'sensor-b', expected: 'sensor-a' },
      },
    });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  it('a unit beyond the quantity is refused', async () => {
    await using bench = await Bench.open();
    const [first, second] = [bench.unit(), bench.unit()];
    expect(await bench.attempt(first.slot, { quantity: 1 })).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(await bench.attempt(second.slot, { quantity: 1 })).toMatchObject({
      finish: { outcome: 'ERROR', code: 'ORDER_COMPLETE', inDoubt: false },
    });
    expect(await bench.attempt(first.slot, { quantity: 1 })).toMatchObject({ kind: 'already-done' });
  });
});
