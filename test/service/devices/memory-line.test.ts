/** The same units without any port of the system. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { EmulatedUnitOptions } from '../../../electron/simulator/units/unit-options.ts';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, NEVER, payloadOf } from '../../support/units.ts';

function bench(options: Omit<EmulatedUnitOptions, 'line'> = {}) {
  const line = createMemoryLine('memory-1');
  const unit = createUnit({ line, ...options });
  onTestFinished(() => unit.close());
  return { unit, slot: line.slot };
}

describe('a unit in memory', () => {
  it('is written and proved, over a restart in which its port is renamed', async () => {
    const { unit, slot } = bench({ vanishesInReset: 'another name', baudRate: 115200 });
    const session = await connectTo(slot);
    const payload = payloadOf();
    await session.write(payload, () => {}, NEVER);
    const before = await slot.locate();
    const { boot } = session.unit;
    await session.restart(NEVER);
    expect(await slot.locate()).not.toBe(before);
    await session.prove(payload, boot, NEVER);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('is busy, gone, and back as a port is', async () => {
    const { unit, slot } = bench();
    const session = await connectTo(slot);
    expect(await codeOf(slot.open(115200, NEVER))).toBe('PORT_BUSY');
    const removed = session.untilRemoved(NEVER);
    unit.unplug();
    await removed;
    expect(await codeOf(slot.open(115200, NEVER))).toBe('PORT_NOT_FOUND');
    await unit.plug();
    await connectTo(slot);
  });
});
