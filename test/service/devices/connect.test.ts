/** Waiting for a unit, over real pseudo-terminals: what answers, what does not, and what cannot be worked with. */
import { describe, expect, it } from 'vitest';
import type { UnitFaults } from '../../../electron/simulator/units/faults.ts';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, HARDWARE_ID, NEVER, unitOnPty } from '../../support/units.ts';

const alterHello = (changes: object): UnitFaults => ({
  onRequest: (name) => (name === 'hello' ? { alter: (fields) => ({ ...fields, ...changes }) } : undefined),
});

describe('waiting for a unit', () => {
  it('takes the one that answers, however late it starts and whatever it prints', async () => {
    const { slot } = await unitOnPty({ bootMs: 700, bootLog: true, firmware: '2.0' });
    const { unit } = await connectTo(slot);
    expect(unit).toMatchObject({ hardwareId: HARDWARE_ID, firmware: '2.0', state: 'blank' });
    expect([...unit.capabilities]).toEqual(['prove', 'lock', 'erase']);
  });

  it('takes a unit whose port goes and comes back under another name meanwhile', async () => {
    const { unit, line, slot } = await unitOnPty({ powered: false });
    const connected = connectTo(slot);
    await expect.poll(() => unit.bytes).toBeGreaterThan(0);
    line.unplug();
    await unit.plug({ renamed: true });
    expect((await connected).unit.hardwareId).toBe(HARDWARE_ID);
  });

  it('waits for another unit than the one that was just done', async () => {
    const { unit, line, slot } = await unitOnPty();
    const connected = connectTo(slot, { otherThan: HARDWARE_ID });
    await expect.poll(() => unit.received.length).toBeGreaterThan(1);
    unit.cutPower();
    createUnit({ line, hardwareId: 'AABBCCDDEE00' });
    expect((await connected).unit.hardwareId).toBe('AABBCCDDEE00');
  });

  it('takes the very same unit where it was unplugged in between', async () => {
    const { unit, slot } = await unitOnPty();
    const connected = connectTo(slot, { otherThan: HARDWARE_ID });
    await expect.poll(() => unit.received.length).toBeGreaterThan(1);
    unit.unplug();
    await unit.plug();
    expect((await connected).unit.hardwareId).toBe(HARDWARE_ID);
  });

  it('survives a boot loader that speaks SMP but not our group', async () => {
    const { slot } = await unitOnPty({
      faults: { onRequest: (_name, nth) => (nth < 3 ? { smpError: 8 } : undefined) },
    });
    expect((await connectTo(slot)).unit.hardwareId).toBe(HARDWARE_ID);
  });
});

describe('a port where no unit can be worked with', () => {
  const within = { waitMs: 1200 };

  it('is silent where nothing answers', async () => {
    const { slot } = await unitOnPty({ powered: false });
    expect(await codeOf(connectTo(slot, within))).toBe('UNIT_SILENT');
  });

  it('is silent where the unit that was done stays', async () => {
    const { slot } = await unitOnPty();
    expect(await codeOf(connectTo(slot, { ...within, otherThan: HARDWARE_ID }))).toBe('UNIT_SILENT');
  });

  it('is silent where the port goes for good', async () => {
    const { unit, line, slot } = await unitOnPty({ powered: false });
    const code = codeOf(connectTo(slot, within));
    await expect.poll(() => unit.bytes).toBeGreaterThan(0);
    line.unplug();
    expect(await code).toBe('UNIT_SILENT');
  });

  it.each([
    ['a shell prompt', 'login: \r\n# '],
    ['something close to it', '\x06\tAAsIAAABS0IqAKDm0Q==\n'],
    ['what it hears', ''],
  ])('is not understood where the unit says %s', async (_name, babble) => {
    const { unit, line, slot } = await unitOnPty({ faults: { babble } });
    if (babble === '') {
      unit.cutPower();
      line.onReceive((bytes) => line.send(bytes));
    }
    expect(await codeOf(connectTo(slot, within))).toBe('UNIT_NOT_UNDERSTOOD');
  });

  it.each<[string, UnitFaults, string]>([
    ['of another version', alterHello({ v: 2 }), 'UNIT_PROTOCOL'],
    ['that takes no bytes', alterHello({ chunk: 0 }), 'UNIT_PROTOCOL'],
    ['without a boot number', alterHello({ boot: undefined }), 'UNIT_PROTOCOL'],
    ['with a hardware id that breaks the rule', alterHello({ hw: 'AA:BB' }), 'UNIT_HARDWARE_ID_INVALID'],
    ['that refuses hello', { onRequest: () => ({ rc: 1 }) }, 'UNIT_PROTOCOL'],
  ])('does not keep a unit %s waiting until the end', async (_name, faults, code) => {
    const { slot } = await unitOnPty({ faults });
    expect(await codeOf(connectTo(slot, { waitMs: 60_000 }))).toBe(code);
  });

  it('has its time where a boot loader answers first, and is named where it never becomes more', async () => {
    const bootUntil = performance.now() + 1_500;
    const loader: UnitFaults = {
      onRequest: () => (performance.now() < bootUntil ? { smpError: 8 } : undefined),
    };
    const booting = await unitOnPty({ faults: loader });
    expect((await connectTo(booting.slot, { waitMs: 10_000 })).unit.state).toBe('blank');
    const stuck = await unitOnPty({ faults: { onRequest: () => ({ smpError: 8 }) } });
    expect(await codeOf(connectTo(stuck.slot, { waitMs: 1_500 }))).toBe('UNIT_PROTOCOL');
  });

  it('is told at once where it does not exist or is busy', async () => {
    const { unit, slot } = await unitOnPty();
    await connectTo(slot);
    expect(await codeOf(connectTo(slot))).toBe('PORT_BUSY');
    unit.unplug();
    expect(await codeOf(connectTo(slot))).toBe('PORT_NOT_FOUND');
  });

  it('is given up at once when the run ends, and the port is free again', async () => {
    const { slot } = await unitOnPty({ powered: false });
    const stop = new AbortController();
    const code = codeOf(connectTo(slot, { waitMs: 60_000 }, stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 100));
    stop.abort();
    expect(await code).toBe('RUN_ABORTED');
    const link = await slot.open(115200, NEVER);
    await link.close();
  });
});
