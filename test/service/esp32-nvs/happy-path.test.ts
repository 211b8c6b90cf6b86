/** One chip from its loader to a proven record, on an in-memory line with an emulated auto-reset circuit. */
import { describe, expect, it, vi } from 'vitest';
import { chipInMemory, MAC } from '../../support/esp32/chip.ts';
import { NEVER } from '../../support/units.ts';
import { connectTo, payloadOf, storedIn } from './chips.ts';

describe('a fresh chip', () => {
  it('tells who it is, takes the record, holds it over a reset, and is left running', async () => {
    const { chip, slot } = chipInMemory();
    await vi.waitFor(() => expect(chip.resets).toEqual(['application']));
    const session = await connectTo(slot);
    expect(session.unit).toMatchObject({ hardwareId: MAC, model: 'ESP32', state: 'blank' });
    const payload = payloadOf();
    const shares: number[] = [];
    await session.write(payload, (share) => shares.push(share), NEVER);
    expect(session.unit).toMatchObject({ state: 'committed', digest: payload.digest });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const { boot } = session.unit;
    const restarted = await session.restart(NEVER);
    expect(restarted).toMatchObject({ state: 'committed', digest: payload.digest });
    expect(restarted.boot).not.toBe(boot);
    await session.prove(payload, boot, NEVER);
    await vi.waitFor(() => expect(chip.mode).toBe('application'));
    await session.close();
    expect(chip.resets).toEqual(['application', 'download', 'application', 'download', 'application']);
    expect(chip.signals).toEqual({ dtr: false, rts: false });
    expect(storedIn(chip)).toMatchObject({ cid: `GID_test@@@${MAC}`, port: '8883' });
  });
});
