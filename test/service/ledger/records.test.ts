/** What the command line and the window can ask of a ledger, and what they are answered. */
import { describe, expect, it } from 'vitest';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import { anOrder, claimUnit, digest, finished, INSTANCE, passUnit, run, wayToPass } from './events.ts';
import { tempLedger } from './fixtures.ts';

/** A clock that is one second later each time. */
function ticking(): () => number {
  let now = Date.UTC(2026, 10, 24);
  return () => (now += 1_000);
}

async function opened(ledger: SqlLedger, number = 'WO-1'): Promise<void> {
  await ledger.append([
    { type: 'order.opened', number, product: 'sensor-a', quantity: 10, recipe: '[]', definition: '{}' },
  ]);
}

/** Three passed units A1 to A3, and one attempt each that failed, is alive, and had no unit. */
async function aDay(): Promise<SqlLedger> {
  const ledger = await tempLedger({ now: ticking() });
  await opened(ledger);
  for (const n of [1, 2, 3]) {
    await passUnit(ledger, {
      runId: `r${n}`,
      hardwareId: `A${n}`,
      keyId: `DAK-${n}`,
      digest: digest(`${n}`),
    });
  }
  await claimUnit(ledger, { runId: 'r4', hardwareId: 'B1', order: anOrder({ number: 'WO-2' }) });
  const way = wayToPass({ hardwareId: 'B1', clientId: 'GID_sensor@@@B1' });
  await ledger.append([way.requested], run('r4'));
  const end = finished({
    outcome: 'ERROR',
    code: 'CLOUD_DENIED',
    cloudCode: 'NoPermission',
    phase: 'register',
    evidence: { seconds: 3 },
    phases: { identify: 4 },
    orderNumber: 'WO-2',
  });
  await ledger.append([end], run('r4'));
  await claimUnit(ledger, { runId: 'r5', hardwareId: 'B2', order: anOrder({ number: 'WO-2' }) });
  await ledger.append([finished({ slot: 'slot-9' })], run('r6'));
  return ledger;
}

const ids = (page: { items: readonly { runId: string }[] }) => page.items.map(({ runId }) => runId);

describe('records', () => {
  it('are the runs that passed, newest first, with everything that was sealed', async () => {
    const ledger = await aDay();
    const page = await ledger.records();
    expect(ids(page)).toEqual(['r3', 'r2', 'r1']);
    expect(page.isCut).toBe(false);
    const sealing = (await ledger.eventsOf('r1')).at(-1);
    expect(sealing?.event.type).toBe('run.passed');
    expect(page.items[2]).toEqual({
      runId: 'r1',
      stationId: ledger.stationId,
      startedAt: '2026-11-24T00:00:03.000Z',
      endedAt: '2026-11-24T00:00:08.000Z',
      outcome: 'PASS',
      evidence: {},
      phases: { identify: 5, register: 40 },
      hardwareId: 'A1',
      model: 'sensor-a',
      firmware: '1.0.0',
      clientId: 'GID_sensor@@@A1',
      instanceId: INSTANCE,
      deviceAccessKeyId: 'DAK-1',
      digest: digest('1'),
      workOrder: 'WO-1',
      product: 'sensor-a',
      slot: 'slot-1',
      port: 'port-1',
      operator: 'op-7',
      eventHash: sealing?.hash,
    });
  });

  it('have the record of a unit that needed a second run, in which the record was known already', async () => {
    const ledger = await tempLedger();
    await claimUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    const way = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@A1' });
    await ledger.append([way.requested, way.known, way.written], run('r1'));
    await ledger.append([finished({ outcome: 'ERROR', code: 'PORT_LOST' })], run('r1'));
    await claimUnit(ledger, { runId: 'r2', hardwareId: 'A1' });
    await ledger.append([way.proved, way.passed], run('r2'));
    expect((await ledger.records()).items).toMatchObject([
      { runId: 'r2', digest: digest('a'), deviceAccessKeyId: 'DAK-1', clientId: 'GID_sensor@@@A1' },
    ]);
  });

  it('keep the product that they were made as when the order is opened anew', async () => {
    const ledger = await aDay();
    await ledger.append([
      { type: 'order.opened', number: 'WO-1', product: 'other', quantity: 1, recipe: '[]', definition: '{}' },
    ]);
    expect((await ledger.records({ limit: 1 })).items[0]?.product).toBe('sensor-a');
    expect(await ledger.orderCounts('WO-1')).toEqual({ passed: 3, inDoubt: 0 });
  });

  it('come in pages that miss none and show none twice', async () => {
    const ledger = await aDay();
    const first = await ledger.records({ limit: 2 });
    expect(ids(first)).toEqual(['r3', 'r2']);
    expect(ids(await ledger.records({ limit: 2, before: 'r2' }))).toEqual(['r1']);
    expect(ids(await ledger.records({ limit: 2, before: 'r1' }))).toEqual([]);
  });

  it('are told apart where many began at the same moment', async () => {
    const ledger = await tempLedger({ now: () => 0 });
    for (const n of [1, 2, 3, 4, 5]) await passUnit(ledger, { runId: `r${n}`, hardwareId: `A${n}` });
    const pages = [];
    let before: string | undefined;
    do {
      const page: readonly string[] = ids(await ledger.records({ limit: 2, before }));
      pages.push(...page);
      before = page.at(-1);
    } while (before !== undefined);
    expect(pages).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
  });

  it('can all be read from the oldest on, while the writer goes on', async () => {
    const ledger = await tempLedger({ now: ticking() });
    for (let n = 0; n < 3; n += 1) await passUnit(ledger, { runId: `r${n}`, hardwareId: `A${n}` });
    const seen: string[] = [];
    for await (const { runId } of ledger.everyRecord({ orderNumber: 'WO-1' })) {
      if (seen.length === 0) await passUnit(ledger, { runId: 'r9', hardwareId: 'A9' });
      seen.push(runId);
    }
    expect(seen).toEqual(['r0', 'r1', 'r2']);
    const again = [];
    for await (const { runId } of ledger.everyRecord()) again.push(runId);
    expect(again).toEqual(['r0', 'r1', 'r2', 'r9']);
  });

  it.each([
    ['by order', { orderNumber: 'WO-1' }, ['r3', 'r2', 'r1']],
    ['by ClientId', { clientId: 'GID_sensor@@@A2' }, ['r2']],
    ['by hardware id', { hardwareId: 'A3' }, ['r3']],
    ['by two at once', { hardwareId: 'A3', orderNumber: 'WO-2' }, []],
    ['by the beginning of a hardware id, in any case', { text: ' a2 ' }, ['r2']],
    ['by the end of a ClientId', { text: '@a1' }, ['r1']],
    ['by a whole ClientId', { text: 'gid_sensor@@@a3' }, ['r3']],
    ['by the group of all', { text: 'GID_sensor' }, ['r3', 'r2', 'r1']],
    ['by a DeviceAccessKeyId', { text: 'DAK-2' }, ['r2']],
    ['by an order as text', { text: 'WO-1' }, ['r3', 'r2', 'r1']],
    ['by a record id', { text: 'r1' }, ['r1']],
    ['by a text that nothing has', { text: 'zz' }, []],
    ['by an order that nobody knows', { orderNumber: 'WO-9' }, []],
  ])('are found %s', async (_how, query, expected) => {
    const ledger = await aDay();
    expect(ids(await ledger.records(query))).toEqual(expected);
  });

  it('say when a text fits more units than were looked at', async () => {
    const ledger = await tempLedger();
    const units = Array.from({ length: 201 }, (_, n) => `A${n}`);
    await Promise.all(units.map((unit) => claimUnit(ledger, { runId: `r-${unit}`, hardwareId: unit })));
    expect(await ledger.runs({ text: 'a', limit: 5 })).toMatchObject({ isCut: true });
    expect(await ledger.runs({ text: 'a20', limit: 5 })).toMatchObject({ isCut: false });
  });
});

describe('runs', () => {
  it('are all attempts, with how they ended', async () => {
    const ledger = await aDay();
    const { items } = await ledger.runs();
    expect(items.map(({ runId, outcome }) => [runId, outcome])).toEqual([
      ['r6', 'TIMEOUT'],
      ['r5', undefined],
      ['r4', 'ERROR'],
      ['r3', 'PASS'],
      ['r2', 'PASS'],
      ['r1', 'PASS'],
    ]);
    expect(items[2]).toMatchObject({
      code: 'CLOUD_DENIED',
      cloudCode: 'NoPermission',
      phase: 'register',
      evidence: { seconds: 3 },
      phases: { identify: 4 },
      clientId: 'GID_sensor@@@B1',
    });
    expect(items[0]).not.toHaveProperty('hardwareId');
  });

  it('show their events in order', async () => {
    const ledger = await aDay();
    const events = await ledger.eventsOf('r4');
    expect(events.map(({ event }) => event.type)).toEqual([
      'run.started',
      'claim.made',
      'credential.requested',
      'run.finished',
    ]);
  });

  it('of a unit that came back show the ClientId that it has', async () => {
    const ledger = await aDay();
    await claimUnit(ledger, { runId: 'r7', hardwareId: 'A1' });
    expect((await ledger.runs({ limit: 1 })).items).toMatchObject([{ clientId: 'GID_sensor@@@A1' }]);
  });
});

describe('claims in doubt', () => {
  it('are listed from the oldest on, and go when they are settled', async () => {
    const ledger = await aDay();
    const passed = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@A1' });
    await ledger.append([passed.doubted]);
    const doubts = await ledger.inDoubt();
    expect(doubts.map(({ claim, workOrder }) => [claim.clientId, workOrder, claim.doubt])).toEqual([
      ['GID_sensor@@@B1', 'WO-2', undefined],
      ['GID_sensor@@@A1', 'WO-1', 'PASSED_UNIT_DIFFERS'],
    ]);
    expect(doubts[0]?.since).toBe((await ledger.eventsOf('r4'))[2]?.at);
    expect(await ledger.inDoubt({ limit: 1 })).toHaveLength(1);
    await ledger.append([passed.confirmed]);
    expect(await ledger.inDoubt()).toHaveLength(1);
  });
});
