/** Units that refuse a write, or answer what cannot be, over real pseudo-terminals. */
import { describe, expect, it } from 'vitest';
import { refuses } from '../../../electron/simulator/units/faults.ts';
import type { DeviceSession } from '../../../electron/station/ports.ts';
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
const other = payloadOf('AABBCCDDEEFF', 'secret');

describe('a unit that refuses', () => {
  it.each([
    ['begin', 1, 'UNIT_REFUSED_WRITE'],
    ['begin', 2, 'UNIT_REFUSED_WRITE'],
    ['begin', 3, 'UNIT_HOLDS_OTHER_RECORD'],
    ['put', 4, 'UNIT_REFUSED_WRITE'],
    ['commit', 5, 'DIGEST_WRONG'],
    ['begin', 6, 'UNIT_RECORD_TOO_LARGE'],
    ['commit', 7, 'UNIT_STORAGE_FAILED'],
    ['begin', 8, 'UNIT_LOCKED'],
    ['put', 9, 'UNIT_REFUSED_WRITE'],
    ['begin', 10, 'UNIT_REFUSED_WRITE'],
    ['commit', 11, 'UNIT_REFUSED_WRITE'],
    ['put', 99, 'UNIT_REFUSED_WRITE'],
  ] as const)('%s with rc %d ends the write: %s', async (command, rc, code) => {
    const { session } = await bench({ faults: refuses(command, rc) });
    const failure = await write(session).then(
      () => undefined,
      (error) => error,
    );
    expect(failure).toMatchObject({ code, evidence: { rc } });
  });

  it.each([
    ['put', 4],
    ['commit', 5],
    ['put', 9],
    ['commit', 9],
  ] as const)('%s with rc %d once is begun again', async (command, rc) => {
    const { unit, session } = await bench({ faults: refuses(command, rc, 1) });
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  // A late reply is asked for again: counted in a calm moment.
  it('a damaged record twice is not asked a third time', { retry: 2 }, async () => {
    const { unit, session } = await bench({ faults: refuses('commit', 5) });
    expect(await codeOf(write(session))).toBe('DIGEST_WRONG');
    expect(unit.received.filter((name) => name === 'commit')).toHaveLength(2);
  });

  it('another record than the one it holds is left with its own', async () => {
    const { unit, session } = await bench();
    await write(session);
    expect(await codeOf(session.write(other, quiet, NEVER))).toBe('UNIT_HOLDS_OTHER_RECORD');
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('because SMP itself does not know the command does not speak the protocol', async () => {
    const { session } = await bench({
      faults: { onRequest: (name) => (name === 'begin' ? { smpError: 8 } : undefined) },
    });
    expect(await codeOf(write(session))).toBe('UNIT_PROTOCOL');
  });

  it('to confirm our digest, at commit or afterwards, has failed', async () => {
    const lie = (command: string) => ({
      onRequest: (name: string, nth: number) =>
        name === command && nth > 1
          ? { alter: (fields: object) => ({ ...fields, dig: new Uint8Array(32) }) }
          : undefined,
    });
    for (const command of ['commit', 'hello']) {
      const { session } = await bench({ faults: lie(command) });
      expect(await codeOf(write(session)), command).toBe('DIGEST_WRONG');
    }
  });

  it.each([
    ['put says no offset', 'put', {}],
    ['put says something else than a number', 'put', { off: 'all of it' }],
    ['begin is further than the record is long', 'begin', { off: 1000 }],
  ])('to say how far it is (%s) does not speak the protocol', async (_name, command, fields) => {
    const { session } = await bench({
      faults: { onRequest: (name) => (name === command ? { alter: () => fields } : undefined) },
    });
    expect(await codeOf(write(session))).toBe('UNIT_PROTOCOL');
  });

  it('to say the right offset after a put is asked again by begin', async () => {
    const { unit, session } = await bench({
      faults: { onRequest: (name) => (name === 'put' ? { alter: () => ({ off: 1000 }) } : undefined) },
    });
    await write(session);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });
});
