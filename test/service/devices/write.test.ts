/** Writing the record over real pseudo-terminals. */
import { describe, expect, it } from 'vitest';
import type { DeviceSession } from '../../../electron/station/ports.ts';
import { connectTo, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

const payload = payloadOf();
const CHUNK = 96;
const quiet = () => {};
const write = (session: DeviceSession) => session.write(payload, quiet, NEVER);
const rules = { family: 'smp', baudRate: 115200, bootTimeoutMs: 1500 } as const;

async function bench(options: Parameters<typeof unitOnPty>[0] = {}) {
  const made = await unitOnPty({ chunk: CHUNK, ...options });
  return { ...made, session: await connectTo(made.slot, { rules }) };
}
/** Requests of a write, hellos left out. */
const steps = (received: readonly string[]) => received.filter((name) => name !== 'hello');

// A reply that a busy machine keeps beyond its time is asked for again, as it should be: what is counted here is counted in a calm moment.
describe('a record that is written', { retry: 2 }, () => {
  it('goes in puts of at most the chunk that the unit names, each once', async () => {
    const { unit, session } = await bench();
    await write(session);
    expect(steps(unit.received)).toEqual(['begin', 'put', 'put', 'put', 'commit']);
    expect(session.unit).toMatchObject({ state: 'committed', digest: payload.digest });
  });

  it('is not sent again to a unit that has it', async () => {
    const { unit, session } = await bench();
    await write(session);
    await write(session);
    expect(steps(unit.received).slice(5)).toEqual(['begin', 'commit']);
  });

  it.each([1, 7, 2 ** 40])(
    'fits packets of 2,048 bytes where the unit takes %d bytes at once',
    async (chunk) => {
      const { unit, session } = await bench({ chunk });
      await write(session);
      expect(unit.record?.cid).toBe('GID_test@@@AABBCCDDEEFF');
    },
  );

  it('reaches a unit that speaks in short lines and few bytes at a time', async () => {
    const { unit, session } = await bench({ lineCharacters: 4, writeBytes: 3 });
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('reaches a unit over a slow line, whose replies take longer than their time-out', async () => {
    const { unit, slot } = await unitOnPty({ baudRate: 4800, model: 'm'.repeat(60) });
    const slow = { ...rules, baudRate: 4800, bootTimeoutMs: 5000 };
    const session = await connectTo(slot, { rules: slow, waitMs: 20_000 });
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
    expect(steps(unit.received)).toEqual(['begin', 'put', 'put', 'commit']);
  });

  it('reaches a unit with a slow flash without asking twice', async () => {
    const { unit, session } = await bench({ flashMs: 700 });
    await write(session);
    expect(steps(unit.received)).toEqual(['begin', 'put', 'put', 'put', 'commit']);
  });

  it('is asked for again where the unit thinks for too long', async () => {
    const { unit, session } = await bench();
    let puts = 0;
    unit.faults = { onRequest: (name) => (name === 'put' && ++puts === 2 ? { delayMs: 600 } : undefined) };
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('tells how far it is, from 0 to 1, never backwards', async () => {
    const { session } = await bench({ chunk: 16 });
    const shares: number[] = [];
    await session.write(payload, (share) => shares.push(share), NEVER);
    expect(shares.length).toBeGreaterThan(10);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });
});
