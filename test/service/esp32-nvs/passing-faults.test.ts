/** Faults of a loader that go by: a reply that is lost where none is needed. */
import { describe, expect, it } from 'vitest';
import type { EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import { chipInMemory } from '../../support/esp32/chip.ts';
import { connectTo } from './chips.ts';

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
});
