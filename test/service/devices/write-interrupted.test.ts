/** Writes that are interrupted, over real pseudo-terminals: by lost replies, power cuts, cables, swaps. */
import { describe, expect, it } from 'vitest';
import {
  cutAt,
  powerCutAt,
  powerCutAtFlash,
  silentAfter,
  type UnitFaults,
} from '../../../electron/simulator/units/faults.ts';
import type { DeviceSession } from '../../../electron/station/ports.ts';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

const payload = payloadOf();
const CHUNK = 96;
const quiet = () => {};
const write = (session: DeviceSession) => session.write(payload, quiet, NEVER);
const rules = { family: 'smp', baudRate: 115200, bootTimeoutMs: 1500 } as const;

async function bench(options: Parameters<typeof unitOnPty>[0] = {}) {
  const made = await unitOnPty({ chunk: CHUNK, ...options });
  return { ...made, session: await connectTo(made.slot, { rules }) };
}

describe('a write that is interrupted', () => {
  // One hello to connect; then begin, three puts, commit, hello.
  const requests = [2, 3, 4, 5, 6, 7];

  /** All at once, for most of each is waiting. */
  async function expectWritten(faults: readonly UnitFaults[], boots: number): Promise<void> {
    const ended = faults.map(async (fault) => {
      const { unit, session } = await bench({ faults: fault });
      await write(session);
      return [unit.record?.pw, unit.boots];
    });
    expect(await Promise.all(ended)).toEqual(faults.map(() => [payload.possession.reveal(), boots]));
  }

  it('by a lost reply, whichever, is repeated', async () => {
    const lost = (at: number): UnitFaults => ({
      onRequest: (_name, nth) => (nth === at ? 'reply-lost' : undefined),
    });
    await expectWritten(requests.map(lost), 1);
  });

  it.each(['before', 'after'] as const)(
    'by a power cut %s any request goes on when the unit is back',
    async (when) => {
      await expectWritten(
        requests.map((at) => powerCutAt(at, when)),
        2,
      );
    },
  );

  it('by a power cut in any operation of the flash goes on', async () => {
    // Stage, three pieces, the record, and the stage cleared away.
    const operations = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    await expectWritten(
      operations.map((operation) => powerCutAtFlash(operation)),
      2,
    );
  });

  it('by a pulled cable goes on when the port is back under another name', async () => {
    const bytes = [250, 400, 700, 950];
    await expectWritten(
      bytes.map((byte) => ({ ...cutAt(byte, 300), returnsRenamed: true })),
      2,
    );
  });

  it('by a unit that is out for longer than three tries goes on', async () => {
    const { unit, session } = await bench({ faults: powerCutAt(4, 'before', 1200) });
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('by a swap behind the same port ends, and the other unit gets nothing', async () => {
    const { unit, line, slot, session } = await bench({ faults: cutAt(500) });
    const writing = codeOf(write(session));
    await expect.poll(() => slot.locate(), { timeout: 5000, interval: 5 }).toBeUndefined();
    await line.plug();
    const second = createUnit({ line, hardwareId: 'AABBCCDDEE00' });
    expect(await writing).toBe('UNIT_CHANGED');
    expect(new Set(second.received)).toEqual(new Set(['hello']));
    expect([unit.record, second.record]).toEqual([undefined, undefined]);
  });

  it('by a swap that the port did not notice ends, and the other unit gets nothing', async () => {
    const { unit, line, session } = await bench();
    unit.cutPower();
    const second = createUnit({ line, hardwareId: 'AABBCCDDEE00', bootMs: 0 });
    await expect.poll(() => second.boots).toBe(1);
    expect(await codeOf(write(session))).toBe('UNIT_CHANGED');
    expect(second.record).toBeUndefined();
  });

  it('for good, by a port that does not come back, is lost with its port', async () => {
    const { session } = await bench({ faults: cutAt(500) });
    expect(await codeOf(write(session))).toBe('PORT_LOST');
  });

  it('for good, by a unit that answers nothing any more, says so', async () => {
    const { session } = await bench({ faults: silentAfter(3) });
    expect(await codeOf(write(session))).toBe('UNIT_STOPPED_ANSWERING');
  });

  it('again and again ends after five rounds', async () => {
    const { unit, session } = await bench({
      faults: { onRequest: (name) => (name === 'put' ? 'ignored' : undefined) },
    });
    expect(await codeOf(write(session))).toBe('UNIT_STOPPED_ANSWERING');
    expect(unit.received.filter((name) => name === 'put')).toHaveLength(6 * 3);
  }, 30_000);
});
