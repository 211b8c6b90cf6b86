/** What each event makes of the claim, its run and the counts of its order. */
import { describe, expect, it } from 'vitest';
import type { ClaimState } from '../../../electron/domain/claim.ts';
import type { JournalEvent } from '../../../electron/domain/journal.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import {
  anOrder,
  cid,
  claimUnit,
  digest,
  finished,
  hw,
  INSTANCE,
  passUnit,
  run,
  started,
  wayToPass,
} from './events.ts';
import { tempLedger } from './fixtures.ts';

const CLIENT = 'GID_sensor@@@A1';
const way = wayToPass({ hardwareId: 'A1', clientId: CLIENT });
type Step = keyof typeof way;

async function claimAfter(steps: readonly Step[], ledger?: SqlLedger) {
  const opened = ledger ?? (await tempLedger());
  await claimUnit(opened, { runId: 'r1', hardwareId: 'A1' });
  for (const step of steps) await opened.append([way[step]], run('r1'));
  const claim = await opened.claimOf(INSTANCE, cid(CLIENT));
  if (claim === undefined) throw new Error('no claim');
  return { ledger: opened, claim, counts: await opened.orderCounts('WO-1') };
}

const toKnown = ['requested', 'known'] as const;
const toProved = [...toKnown, 'written', 'proved'] as const;
const toPassed = [...toProved, 'passed'] as const;

describe('a claim', () => {
  it.each<[readonly Step[], ClaimState, number, number]>([
    [[], 'claimed', 0, 0],
    [['requested'], 'requested', 0, 1],
    [['requested', 'refused'], 'refused', 0, 0],
    [['refreshRequested'], 'refresh-requested', 0, 1],
    [toKnown, 'known', 0, 1],
    [['refreshRequested', 'known'], 'known', 0, 1],
    [[...toKnown, 'eraseRequested'], 'erase-requested', 0, 1],
    [[...toKnown, 'written'], 'written', 0, 1],
    [toProved, 'proved', 0, 1],
    [[...toProved, 'lockRequested'], 'lock-requested', 0, 1],
    [toPassed, 'passed', 1, 0],
    [[...toProved, 'lockRequested', 'passed'], 'passed', 1, 0],
    [[...toPassed, 'doubted'], 'passed', 1, 1],
    [[...toPassed, 'doubted', 'confirmed'], 'passed', 1, 0],
    [['doubted'], 'claimed', 0, 1],
    [['requested', 'doubted'], 'requested', 0, 1],
  ])(
    'after %j is %s, and its order counts %i passed and %i in doubt',
    async (steps, state, passed, inDoubt) => {
      const { claim, counts } = await claimAfter(steps);
      expect(claim.state).toBe(state);
      expect(counts).toEqual({ passed, inDoubt });
    },
  );

  it('keeps the time of the first request, until it was refused', async () => {
    const ledger = await tempLedger();
    const again = (serverTime: number): JournalEvent => ({ ...way.requested, serverTime });
    await claimAfter([], ledger);
    await ledger.append([again(1_000), again(2_000)]);
    expect(await ledger.claimOf(INSTANCE, cid(CLIENT))).toMatchObject({ requestedAt: 1_000 });
    await ledger.append([way.refused, again(3_000)]);
    expect(await ledger.claimOf(INSTANCE, cid(CLIENT))).toMatchObject({ requestedAt: 3_000 });
  });

  it('holds what was known of credential and record', async () => {
    const now = Date.UTC(2026, 10, 24);
    const { claim } = await claimAfter(toKnown, await tempLedger({ now: () => now }));
    expect(claim).toEqual({
      instanceId: INSTANCE,
      clientId: CLIENT,
      hardwareId: 'A1',
      state: 'known',
      changedAt: new Date(now).toISOString(),
      requestedAt: 1_000,
      known: {
        deviceAccessKeyId: 'DAK-1',
        createTime: 1_001,
        updateTime: 1_002,
        tx: 'a'.repeat(32),
        digest: digest('a'),
        recipe: '["recipe"]',
      },
    });
  });

  it('names the key that a Refresh is to replace, for as long as its answer is open', async () => {
    const { claim } = await claimAfter(['refreshRequested']);
    expect(claim.refreshing).toEqual({ deviceAccessKeyId: 'DAK-0', updateTime: 900 });
    expect(claim.requestedAt).toBe(1_100);
    expect((await claimAfter(['refreshRequested', 'known'])).claim.refreshing).toBeUndefined();
  });

  it('says by which record, when, for which order and by whom its unit passed', async () => {
    const ledger = await tempLedger({ now: () => Date.UTC(2026, 10, 24) });
    const { claim } = await claimAfter(toPassed, ledger);
    expect(claim.passed).toEqual({
      recordId: 'r1',
      at: '2026-11-24T00:00:00.000Z',
      orderNumber: 'WO-1',
      operator: 'op-7',
    });
  });

  it('whose very record is known again is still written, and needs a new proof', async () => {
    expect((await claimAfter([...toKnown, 'written', 'known'])).claim.state).toBe('written');
    const { ledger, claim } = await claimAfter([...toProved, 'known']);
    expect(claim.state).toBe('written');
    await expect(ledger.append([way.passed], run('r1'))).rejects.toMatchObject({ code: 'BUG' });
  });

  it('for which another record is known is not written any more', async () => {
    const { ledger } = await claimAfter([...toKnown, 'written']);
    await ledger.append([{ ...way.known, digest: digest('b') }], run('r1'));
    expect(await ledger.claimOf(INSTANCE, cid(CLIENT))).toMatchObject({ state: 'known' });
  });

  it('that passed under one order and is worked on under another is counted where it is', async () => {
    const { ledger } = await claimAfter(toPassed);
    await claimUnit(ledger, { runId: 'r2', hardwareId: 'A1', order: anOrder({ number: 'WO-2' }) });
    await ledger.append([way.refreshRequested], run('r2'));
    expect(await ledger.orderCounts('WO-1')).toEqual({ passed: 0, inDoubt: 0 });
    expect(await ledger.orderCounts('WO-2')).toEqual({ passed: 0, inDoubt: 1 });
    await ledger.append([way.known, way.written, way.proved, way.passed], run('r2'));
    expect(await ledger.orderCounts('WO-2')).toEqual({ passed: 1, inDoubt: 0 });
  });
});

describe('what cannot have happened is refused and leaves nothing:', () => {
  it.each<[string, readonly Step[], JournalEvent]>([
    ['a PASS of a claim that is only made', [], way.passed],
    ['a PASS of a record that is only known', toKnown, way.passed],
    ['a PASS of a record that is only written', [...toKnown, 'written'], way.passed],
    ['a second PASS', toPassed, way.passed],
    ['a proof before the record is known', ['requested'], way.proved],
    ['a proof of another record', [...toKnown, 'written'], { ...way.proved, digest: digest('b') }],
    ['a record written that is not the known one', toKnown, { ...way.written, digest: digest('b') }],
    ['a lock for another record', toProved, { ...way.lockRequested, digest: digest('b') }],
    ['a record known for another unit', ['requested'], { ...way.known, hardwareId: hw('A2') }],
    ['another end of a run that passed', toPassed, finished()],
    ['news of a claim that does not exist', [], { ...way.requested, clientId: cid('GID_sensor@@@A9') }],
    [
      'a claim on a ClientId that another unit has',
      [],
      {
        type: 'claim.made',
        instanceId: INSTANCE,
        clientId: cid(CLIENT),
        hardwareId: hw('A2'),
        orderNumber: 'WO-1',
      },
    ],
    [
      'a claim made anew that is begun',
      ['requested'],
      {
        type: 'claim.made',
        instanceId: INSTANCE,
        clientId: cid(CLIENT),
        hardwareId: hw('A1'),
        orderNumber: 'WO-1',
      },
    ],
  ])('%s', async (_what, steps, event) => {
    const { ledger, claim } = await claimAfter(steps);
    const before = await ledger.head();
    await expect(ledger.append([event], run('r1'))).rejects.toMatchObject({ code: 'BUG' });
    expect(await ledger.head()).toBe(before);
    expect(await ledger.claimOf(INSTANCE, cid(CLIENT))).toEqual(claim);
  });

  it('a PASS or a start without a run', async () => {
    const { ledger } = await claimAfter(toProved);
    await expect(ledger.append([way.passed])).rejects.toMatchObject({ code: 'BUG' });
    await expect(ledger.append([started('A2')])).rejects.toMatchObject({ code: 'BUG' });
    await expect(ledger.append([finished()])).rejects.toMatchObject({ code: 'BUG' });
  });
});

describe('an append', () => {
  it('of several events is one: all of them or none', async () => {
    const { ledger } = await claimAfter([]);
    const before = await ledger.head();
    await expect(ledger.append([way.requested, way.passed], run('r1'))).rejects.toMatchObject({
      code: 'BUG',
    });
    expect(await ledger.head()).toBe(before);
    await ledger.append([way.requested, way.known], run('r1'));
    expect(await ledger.claimOf(INSTANCE, cid(CLIENT))).toMatchObject({ state: 'known' });
  });

  it('at the same moment as many others keeps the chain in one piece', async () => {
    const ledger = await tempLedger();
    const units = Array.from({ length: 24 }, (_, n) => `U${n}`);
    await Promise.all(units.map((hardwareId) => passUnit(ledger, { runId: `r-${hardwareId}`, hardwareId })));
    const events = (await Promise.all(units.map((unit) => ledger.eventsOf(`r-${unit}`)))).flat();
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(24 * 7);
    expect(await ledger.orderCounts('WO-1')).toEqual({ passed: 24, inDoubt: 0 });
  });

  it('stores what a unit says of itself even where PostgreSQL could not', async () => {
    const ledger = await tempLedger();
    await ledger.append([{ ...started('A1'), model: 'a\0b', firmware: '版本 1' }], run('r1'));
    const { items } = await ledger.runs();
    expect(items).toMatchObject([{ model: 'a\ufffdb', firmware: '版本 1' }]);
    expect((await ledger.eventsOf('r1'))[0]?.event).toMatchObject({ model: 'a\0b' });
  });
});
