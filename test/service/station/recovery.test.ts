/**
 * The recovery tables from outside, row by row, over HTTP and with a real ledger: what the cloud answers to Get, what
 * the unit says, and what the station then does and does not do.
 */
import { describe, expect, it } from 'vitest';
import type { ClientId, HardwareId } from '../../../electron/domain/ids.ts';
import { Bench } from '../../support/bench.ts';
import { isRepeat } from '../../support/campaign.ts';
import { INSTANCE } from '../../support/order.ts';

const signal = new AbortController().signal;

const clientId = 'GID_sensor@@@UNIT0001' as ClientId;

const MINUTE = 60_000;

/** A unit that another station, with a ledger of its own, has already brought to PASS. */
async function unitOfAnotherStation(bench: Bench) {
  const ours = bench.unit();
  await using foreign = await Bench.open();
  const theirs = await foreign.attempt(ours.slot, { endpoint: bench.cloud.url });
  expect(theirs).toMatchObject({ finish: { outcome: 'PASS' } });
  return ours;
}

// The readings differ in the cloud alone.
const READINGS = isRepeat ? (['rotates'] as const) : (['exists', 'rotates'] as const);

describe.each(READINGS)('where a second Register %s', (secondRegister) => {
  describe('a credential that this ledger did not ask for', () => {
    it('is rejected by default, named, refused, and left as it is', async () => {
      await using bench = await Bench.open({ secondRegister });
      await bench.elsewhere().register(clientId, signal);
      const before = bench.credential('UNIT0001');
      const { unit, slot } = bench.unit();
      expect(await bench.attempt(slot)).toMatchObject({
        finish: {
          outcome: 'ERROR',
          code: 'CREDENTIAL_EXISTS',
          inDoubt: false,
          evidence: { clientId, deviceAccessKeyId: before?.deviceAccessKeyId },
        },
      });
      expect(bench.credential('UNIT0001')).toEqual(before);
      expect(bench.calls('Register')).toBe(1);
      expect(unit.received).not.toContain('begin');
      expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'refused' });
    });

    it('is adopted where the order says so', async () => {
      await using bench = await Bench.open({ secondRegister });
      await bench.elsewhere().register(clientId, signal);
      const before = bench.credential('UNIT0001');
      const { unit, slot } = bench.unit();
      expect(await bench.attempt(slot, { existing: 'adopt' })).toMatchObject({ finish: { outcome: 'PASS' } });
      expect(bench.credential('UNIT0001')).toEqual(before);
      expect(unit.record).toMatchObject({ kid: before?.deviceAccessKeyId });
      expect(bench.calls('Register')).toBe(1);
    });

    it.each([
      ['answered', undefined],
      ['lost after it was done', 'reset-after-commit'],
      ['lost before it was done', 'reset-before'],
    ] as const)('is refreshed where the order says so, and its answer is %s', async (_, fault) => {
      await using bench = await Bench.open({ secondRegister });
      await bench.elsewhere().register(clientId, signal);
      const before = bench.credential('UNIT0001');
      if (fault !== undefined) {
        bench.setFaults([{ action: 'RefreshDeviceCredential', from: 1, to: 1, fault: { kind: fault } }]);
      }
      const { unit, slot } = bench.unit();
      expect(await bench.attempt(slot, { existing: 'refresh' })).toMatchObject({
        finish: { outcome: 'PASS' },
      });
      const after = bench.credential('UNIT0001');
      expect(after?.deviceAccessKeySecret).not.toBe(before?.deviceAccessKeySecret);
      expect(unit.record).toMatchObject({ kid: after?.deviceAccessKeyId });
      const refreshed = bench.cloud.calls.filter(
        (call) => call.action === 'RefreshDeviceCredential' && call.committed,
      );
      expect(refreshed).toHaveLength(1);
      expect(bench.calls('Register')).toBe(1);
    });

    it.each(['before', 'after'] as const)(
      'is refreshed once when the station dies %s it knows of it',
      async (when) => {
        await using bench = await Bench.open({ secondRegister });
        await bench.elsewhere().register(clientId, signal);
        const { unit, slot } = bench.unit();
        const at = when === 'before' ? 'credential.known' : 'credential.refresh-requested';
        await bench.attempt(slot, { existing: 'refresh', crash: { at, when } });
        await bench.restart();
        expect(await bench.attempt(slot, { existing: 'refresh' })).toMatchObject({
          finish: { outcome: 'PASS' },
        });
        expect(bench.calls('Refresh')).toBe(1);
        expect(unit.record).toMatchObject({ kid: bench.credential('UNIT0001')?.deviceAccessKeyId });
      },
    );
  });

  describe('a unit that another station has passed', () => {
    it.each(['reject', 'refresh'] as const)('is held and never touched (existing: %s)', async (existing) => {
      await using bench = await Bench.open({ secondRegister });
      const { unit, slot } = await unitOfAnotherStation(bench);
      const before = bench.credential('UNIT0001');
      const record = unit.record;
      expect(await bench.attempt(slot, { existing })).toMatchObject({
        finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_CREDENTIAL', held: true, inDoubt: false },
      });
      expect(bench.credential('UNIT0001')).toEqual(before);
      expect(unit.record).toEqual(record);
      expect(bench.calls('Refresh')).toBe(0);
    });

    it('is taken into the records by adopt, with a proof after a restart and without a write', async () => {
      await using bench = await Bench.open({ secondRegister });
      const { unit, slot } = await unitOfAnotherStation(bench);
      const written = unit.received.filter((name) => name === 'begin').length;
      expect(await bench.attempt(slot, { existing: 'adopt' })).toMatchObject({ finish: { outcome: 'PASS' } });
      expect(unit.received.filter((name) => name === 'begin')).toHaveLength(written);
      expect(bench.calls('Register')).toBe(1);
    });

    it('is held where the cloud has forgotten its credential: no new one is asked for', async () => {
      await using bench = await Bench.open({ secondRegister });
      const { unit, slot } = await unitOfAnotherStation(bench);
      const record = unit.record;
      await bench.elsewhere().unregister(clientId, signal);
      for (const existing of ['reject', 'adopt', 'refresh'] as const) {
        expect(await bench.attempt(slot, { existing })).toMatchObject({
          finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_OTHER_RECORD', inDoubt: false },
        });
      }
      expect(bench.calls('Register')).toBe(1);
      expect(unit.record).toEqual(record);
    });
  });

  describe('requested, and the station died', () => {
    it('a credential made after our request by the cloud’s clock is ours, however wrong our own clock is', async () => {
      await using bench = await Bench.open({ secondRegister, clockOffsetMs: -6 * MINUTE });
      const { slot } = bench.unit();
      await bench.attempt(slot, { crash: { at: 'credential.requested', when: 'after' } });
      // Six minutes before our request by our own clock, after it by the cloud's.
      await bench.elsewhere().register(clientId, signal);
      await bench.restart();
      const ledger = await bench.ledger();
      const requestedAt = (await ledger.claimOfUnit('UNIT0001' as HardwareId))?.requestedAt ?? 0;
      expect(Math.abs(requestedAt - (Date.now() - 6 * MINUTE))).toBeLessThan(MINUTE);
      expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
    });

    it('a credential from before our request is a clash', async () => {
      await using bench = await Bench.open({ secondRegister, clockOffsetMs: -6 * MINUTE });
      await bench.elsewhere().register(clientId, signal);
      bench.cloud.setClockOffset(0);
      const { unit, slot } = bench.unit();
      const ledger = await bench.ledger();
      const name = { instanceId: INSTANCE, clientId };
      const hardwareId = 'UNIT0001' as HardwareId;
      await ledger.append([
        { type: 'claim.made', ...name, hardwareId, orderNumber: 'WO-1' },
        { type: 'credential.requested', ...name, serverTime: Date.now() },
      ]);
      expect(await bench.attempt(slot)).toMatchObject({
        finish: { code: 'CREDENTIAL_EXISTS', inDoubt: false },
      });
      expect(unit.received).not.toContain('begin');
      expect(bench.calls('Register')).toBe(1);
    });
  });

  describe.each(['credential.known', 'unit.written', 'unit.proved'] as const)(
    '%s, and the station died',
    (at) => {
      it('a credential that was changed since is in doubt: no Register, no write, no green', async () => {
        await using bench = await Bench.open({ secondRegister });
        const { unit, slot } = bench.unit();
        await bench.attempt(slot, { crash: { at, when: 'after' } });
        await bench.restart();
        await bench.elsewhere().refresh(clientId, signal);
        const before = unit.received.length;
        expect(await bench.attempt(slot)).toMatchObject({
          finish: { outcome: 'ERROR', code: 'CREDENTIAL_CHANGED', held: true, inDoubt: true },
        });
        expect(unit.received.slice(before)).not.toContain('begin');
        expect(bench.calls('Register')).toBe(1);
      });

      it('a credential that is gone is in doubt: no Register', async () => {
        await using bench = await Bench.open({ secondRegister });
        const { slot } = bench.unit();
        await bench.attempt(slot, { crash: { at, when: 'after' } });
        await bench.restart();
        await bench.elsewhere().unregister(clientId, signal);
        expect(await bench.attempt(slot)).toMatchObject({
          finish: { outcome: 'ERROR', code: 'CREDENTIAL_GONE', inDoubt: true },
        });
        expect(bench.calls('Register')).toBe(1);
      });
    },
  );

  it('another station’s Refresh in the middle of a run is caught before green', async () => {
    await using bench = await Bench.open({ secondRegister });
    const refreshing = { done: false };
    const { slot } = bench.unit({
      faults: {
        onRequest: (name) => {
          if (name !== 'reset' || refreshing.done) return undefined;
          refreshing.done = true;
          return undefined;
        },
      },
    });
    // The second Get of the run meets the change.
    bench.setFaults([{ action: 'GetDeviceCredential', from: 2, to: 2, fault: { kind: 'delay', ms: 300 } }]);
    const running = bench.attempt(slot);
    await expect.poll(() => refreshing.done, { timeout: 5_000 }).toBe(true);
    await bench.elsewhere().refresh(clientId, signal);
    expect(await running).toMatchObject({
      finish: { outcome: 'ERROR', code: 'CREDENTIAL_CHANGED', inDoubt: true },
    });
  });
});
