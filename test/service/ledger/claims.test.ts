/** Which ClientId a unit gets, and that it keeps it. */
import { describe, expect, it } from 'vitest';
import { anOrder, cid, claimUnit, digest, hw, INSTANCE, passUnit, run, wayToPass } from './events.ts';
import { tempLedger } from './fixtures.ts';

const numbered = anOrder({ template: '{groupId}@@@n{sequence:4}' });
const otherInstance = anOrder({ cloud: { ...anOrder().cloud, instanceId: 'post-cn-test00002' } });

describe('a claim', () => {
  it('is made for a unit that the ledger does not know', async () => {
    const now = Date.UTC(2026, 10, 24);
    const ledger = await tempLedger({ now: () => now });
    const answer = await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const claim = {
      instanceId: INSTANCE,
      clientId: 'GID_sensor@@@A1',
      hardwareId: 'A1',
      state: 'claimed',
      changedAt: new Date(now).toISOString(),
    };
    expect(answer).toEqual({ kind: 'claimed', claim });
    expect(await ledger.claimOf(INSTANCE, cid('GID_sensor@@@A1'))).toEqual(claim);
    expect(await ledger.claimOfUnit(hw('A1'))).toEqual(claim);
  });

  it('is kept by a unit that comes back under a template that gives the same ClientId', async () => {
    const ledger = await tempLedger();
    await passUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const answer = await claimUnit(ledger, {
      runId: 'r2',
      hardwareId: 'A1',
      order: anOrder({ number: 'WO-2', template: 'GID_sensor@@@{hardwareId}' }),
    });
    expect(answer).toMatchObject({ kind: 'claimed', claim: { state: 'passed' } });
  });

  it('under another ClientId is refused to a unit whose credential is begun or passed', async () => {
    const ledger = await tempLedger();
    const renamed = anOrder({ template: '{groupId}@@@x-{hardwareId}' });
    await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const way = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@A1' });
    for (const event of [way.requested, way.known, way.written, way.proved, way.passed]) {
      await ledger.append([event], run('r1'));
      const runId = `after ${event.type}`;
      expect(await claimUnit(ledger, { runId, hardwareId: 'A1', order: renamed })).toMatchObject({
        kind: 'unit-has-other',
        claim: { clientId: 'GID_sensor@@@A1' },
      });
    }
    expect(await claimUnit(ledger, { runId: 'r9', hardwareId: 'A1', order: otherInstance })).toMatchObject({
      kind: 'unit-has-other',
    });
  });

  it('under another ClientId is made where nothing was begun under the first', async () => {
    const ledger = await tempLedger();
    const renamed = anOrder({ template: '{groupId}@@@x-{hardwareId}' });
    await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const second = await claimUnit(ledger, { runId: 'r2', hardwareId: 'A1', order: renamed });
    expect(second).toMatchObject({ kind: 'claimed', claim: { clientId: 'GID_sensor@@@x-A1' } });
    const { requested, refused } = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@x-A1' });
    await ledger.append([requested, refused], run('r2'));
    const third = await claimUnit(ledger, { runId: 'r3', hardwareId: 'A1' });
    expect(third).toMatchObject({
      kind: 'claimed',
      claim: { clientId: 'GID_sensor@@@A1', state: 'claimed' },
    });
    expect(await ledger.claimOfUnit(hw('A1'))).toMatchObject({ clientId: 'GID_sensor@@@A1' });
  });

  it('on a ClientId that another unit has is a duplicate, however far that one came', async () => {
    const ledger = await tempLedger();
    const same = anOrder({ template: '{groupId}@@@{model}' });
    expect(await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1', order: same })).toMatchObject({
      kind: 'claimed',
    });
    expect(await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2', order: same })).toMatchObject({
      kind: 'duplicate',
      claim: { hardwareId: 'A1', state: 'claimed' },
    });
    const way = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@sensor-a' });
    await ledger.append([way.requested, way.refused], run('r1'));
    expect(await claimUnit(ledger, { runId: 'r3', hardwareId: 'A2', order: same })).toMatchObject({
      kind: 'duplicate',
      claim: { hardwareId: 'A1', state: 'refused' },
    });
    expect(await ledger.claimOfUnit(hw('A2'))).toBeUndefined();
  });

  it('on a ClientId that another unit has in another instance is none', async () => {
    const ledger = await tempLedger();
    await claimUnit(ledger, {
      runId: 'r1',
      hardwareId: 'A1',
      order: anOrder({ template: '{groupId}@@@{model}' }),
    });
    const order = anOrder({ template: '{groupId}@@@{model}', cloud: otherInstance.cloud });
    expect(await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2', order })).toMatchObject({
      kind: 'claimed',
    });
  });

  it('is not made where what the unit contributes does not fit, and the attempt is written down', async () => {
    const ledger = await tempLedger();
    const order = anOrder({ template: `{groupId}@@@${'x'.repeat(44)}{hardwareId}` });
    const before = await ledger.head();
    const answer = await claimUnit(ledger, { runId: 'r1', hardwareId: 'A123456789', order });
    expect(answer).toEqual({ kind: 'does-not-fit' });
    expect(await ledger.claimOfUnit(hw('A123456789'))).toBeUndefined();
    expect(await ledger.head()).not.toBe(before);
  });

  it('is not made where the attempt cannot be written down', async () => {
    const ledger = await tempLedger();
    await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const before = await ledger.head();
    await expect(claimUnit(ledger, { runId: 'r1', hardwareId: 'A2' })).rejects.toMatchObject({ code: 'BUG' });
    expect(await ledger.claimOfUnit(hw('A2'))).toBeUndefined();
    expect(await ledger.head()).toBe(before);
  });
});

describe('a number of {sequence}', () => {
  it('is one more than the last of its instance, template and group', async () => {
    const ledger = await tempLedger();
    const ask = (runId: string, order = numbered) =>
      claimUnit(ledger, { runId, hardwareId: `hw-${runId}`, order });
    expect(await ask('r1')).toMatchObject({ claim: { clientId: 'GID_sensor@@@n0001', sequence: 1 } });
    expect(await ask('r2')).toMatchObject({ claim: { clientId: 'GID_sensor@@@n0002', sequence: 2 } });
    const elsewhere = anOrder({ template: '{groupId}@@@m{sequence:4}' });
    expect(await ask('r3', elsewhere)).toMatchObject({ claim: { clientId: 'GID_sensor@@@m0001' } });
    const third = anOrder({ template: '{groupId}@@@n{sequence:4}', number: 'WO-2' });
    expect(await ask('r4', third)).toMatchObject({ claim: { clientId: 'GID_sensor@@@n0003' } });
  });

  it('stays with the unit that got it, also when it comes back after being refused', async () => {
    const ledger = await tempLedger();
    await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1', order: numbered });
    await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2', order: numbered });
    const way = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@n0001' });
    await ledger.append([way.requested, way.refused], run('r1'));
    expect(await claimUnit(ledger, { runId: 'r3', hardwareId: 'A1', order: numbered })).toMatchObject({
      claim: { clientId: 'GID_sensor@@@n0001', sequence: 1, state: 'refused' },
    });
    const renamed = anOrder();
    await claimUnit(ledger, { runId: 'r4', hardwareId: 'A1', order: renamed });
    expect(await claimUnit(ledger, { runId: 'r5', hardwareId: 'A1', order: numbered })).toMatchObject({
      claim: { clientId: 'GID_sensor@@@n0001', sequence: 1, state: 'claimed' },
    });
  });

  it('is given once, however many units ask at the same moment', async () => {
    const ledger = await tempLedger();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        claimUnit(ledger, { runId: `r${n}`, hardwareId: `A${n}`, order: numbered }),
      ),
    );
    const numbers = answers.map((answer) => (answer.kind === 'claimed' ? answer.claim.sequence : undefined));
    expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
  });
});

describe('the owner of a digest', () => {
  it('is the unit itself, by whether a run with it passed, or unknown', async () => {
    const ledger = await tempLedger();
    await passUnit(ledger, { runId: 'r1', hardwareId: 'A1', digest: digest('a') });
    await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2' });
    const way = wayToPass({ hardwareId: 'A2', clientId: 'GID_sensor@@@A2', digest: digest('b') });
    await ledger.append([way.requested, way.known], run('r2'));
    expect(await ledger.ownerOf(hw('A1'), digest('a'))).toBe('own-passed');
    expect(await ledger.ownerOf(hw('A2'), digest('b'))).toBe('own-never-passed');
    expect(await ledger.ownerOf(hw('A2'), digest('a'))).toBe('unknown');
    expect(await ledger.ownerOf(hw('A1'), digest('b'))).toBe('unknown');
    expect(await ledger.ownerOf(hw('A3'), digest('a'))).toBe('unknown');
  });
});
