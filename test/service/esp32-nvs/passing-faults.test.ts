/** Faults of a loader that go by: a reply that is lost where none is needed, an upload that fails some times in a row. */
import { describe, expect, it, vi } from 'vitest';
import type { EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import { chipInMemory } from '../../support/esp32/chip.ts';
import { NEVER } from '../../support/units.ts';
import { connectTo, payloadOf } from './chips.ts';

/** How often the stub was asked to start. */
const startsOf = (chip: EmulatedEsp32) => chip.received.filter((name) => name === 'MEM_END').length;

describe('a chip', () => {
  it('whose stub starts without a reply to that is spoken to, at the first attempt', async () => {
    const { chip, slot } = chipInMemory();
    chip.faults = { onRequest: (name) => (name === 'MEM_END' ? 'reply-lost' : undefined) };
    const session = await connectTo(slot);
    expect(session.unit.state).toBe('blank');
    expect(startsOf(chip)).toBe(1);
  });

  it('that refuses an upload three times in a row after its restart is asked a fourth time', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    const payload = payloadOf();
    await session.write(payload, () => {}, NEVER);
    let refusals = 0;
    chip.faults = {
      onRequest: (name) => {
        if (name !== 'MEM_DATA' || refusals === 3) return undefined;
        refusals += 1;
        return { status: [1, 7] };
      },
    };
    await session.restart(NEVER);
    expect(refusals).toBe(3);
    await session.prove(payload, undefined, NEVER);
  });

  it('that refuses every upload is given up', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    await session.write(payloadOf(), () => {}, NEVER);
    chip.faults = { onRequest: (name) => (name === 'MEM_DATA' ? { status: [1, 7] } : undefined) };
    await expect(session.restart(NEVER)).rejects.toMatchObject({ code: 'UNIT_PROTOCOL' });
    await session.close();
    await vi.waitFor(() => expect(chip.mode).toBe('application'));
  });
});
