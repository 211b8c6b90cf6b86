/** Proof, lock, erase and removal over real pseudo-terminals. */
import { describe, expect, it } from 'vitest';
import { refuses, type UnitFaults, wrongProof } from '../../../electron/simulator/units/faults.ts';
import type { Fields } from '../../../electron/simulator/units/provisioning-device.ts';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

const payload = payloadOf();
const rules = { family: 'smp', baudRate: 115200, bootTimeoutMs: 1500 } as const;

async function written(options: Parameters<typeof unitOnPty>[0] = {}) {
  const made = await unitOnPty(options);
  const session = await connectTo(made.slot, { rules });
  await session.write(payload, () => {}, NEVER);
  return { ...made, session, boot: session.unit.boot };
}
const onProve = (alter: (fields: Fields) => Fields): UnitFaults => ({
  onRequest: (name) => (name === 'prove' ? { alter } : undefined),
});

describe('a unit that proves', () => {
  it.each(['password', 'secret'] as const)('its record is believed after a restart (%s)', async (kind) => {
    const { slot } = await unitOnPty();
    const session = await connectTo(slot);
    const ours = payloadOf('AABBCCDDEEFF', kind);
    await session.write(ours, () => {}, NEVER);
    const before = session.unit.boot;
    await session.restart(NEVER);
    await session.prove(ours, before, NEVER);
  });

  it('is not believed before a restart', async () => {
    const { session, boot } = await written();
    expect(await codeOf(session.prove(payload, boot, NEVER))).toBe('PROOF_WRONG');
    await session.prove(payload, undefined, NEVER);
  });

  it('is not believed with the boot number from before the restart, whoever asks', async () => {
    const { session, unit } = await written();
    const before = Buffer.from(session.unit.boot, 'hex');
    await session.restart(NEVER);
    unit.faults = onProve((fields) => ({ ...fields, boot: Uint8Array.from(before) }));
    const failure = await session.prove(payload, undefined, NEVER).catch((error) => error);
    expect(failure).toMatchObject({ code: 'PROOF_WRONG', evidence: { wrong: 'boot' } });
  });

  it('another record than ours is not believed', async () => {
    const { session } = await written();
    const other = payloadOf('AABBCCDDEEFF', 'secret');
    const failure = await session.prove(other, undefined, NEVER).catch((error) => error);
    expect(failure).toMatchObject({ code: 'PROOF_WRONG', evidence: { wrong: 'dig' } });
  });

  it.each<[string, UnitFaults, string]>([
    ['with a wrong proof', wrongProof(), 'PROOF_WRONG'],
    [
      'with another boot than it was made with',
      onProve((f) => ({ ...f, boot: new Uint8Array(8) })),
      'PROOF_WRONG',
    ],
    ['that has forgotten its record', refuses('prove', 9), 'UNIT_FORGOT_RECORD'],
    ['that is not permitted to', refuses('prove', 11), 'PROOF_WRONG'],
    ['with half a proof', onProve((f) => ({ ...f, mac: new Uint8Array(16) })), 'UNIT_PROTOCOL'],
  ])('%s is refused', async (_name, faults, code) => {
    const { session, unit } = await written();
    unit.faults = faults;
    expect(await codeOf(session.prove(payload, undefined, NEVER))).toBe(code);
  });

  it('is challenged anew each time, also after a lost reply', async () => {
    const { session, unit } = await written();
    const macs: string[] = [];
    /** Kept, and every second one spoilt, so that the station has to ask again. */
    const keep = (fields: Fields) => {
      macs.push(Buffer.from(fields.mac as Uint8Array).toString('hex'));
      return macs.length % 2 === 1 ? {} : fields;
    };
    unit.faults = onProve(keep);
    for (let turn = 0; turn < 3; turn++) await session.prove(payload, undefined, NEVER);
    expect(new Set(macs).size).toBe(6);
  });

  it('in spite of lost replies and a power cut is believed', async () => {
    const { session, unit } = await written();
    let proofs = 0;
    unit.faults = {
      onRequest: (name) => {
        if (name !== 'prove') return undefined;
        return (['reply-lost', 'power-cut-before'] as const)[proofs++];
      },
      returnsAfterMs: 100,
    };
    await session.prove(payload, undefined, NEVER);
  });
});

describe('a unit that is locked', () => {
  it('says so, and answers the lock again', async () => {
    const { session, unit } = await written();
    expect(await session.lock(NEVER)).toMatchObject({ state: 'locked', digest: payload.digest });
    expect(await session.lock(NEVER)).toMatchObject({ state: 'locked' });
    expect(unit.isLocked).toBe(true);
    expect(await codeOf(session.write(payload, () => {}, NEVER))).toBe('UNIT_LOCKED');
    expect(await codeOf(session.erase(NEVER))).toBe('UNIT_LOCKED');
    await session.prove(payload, undefined, NEVER);
  });

  it('in name only is found out', async () => {
    const { session, unit } = await written();
    unit.faults = {
      onRequest: (name) => (name === 'hello' ? { alter: (f) => ({ ...f, state: 'committed' }) } : undefined),
    };
    expect(await codeOf(session.lock(NEVER))).toBe('UNIT_NOT_LOCKED');
  });

  it.each([
    [11, 'UNIT_NOT_LOCKED'],
    [7, 'UNIT_STORAGE_FAILED'],
  ])('but refuses with rc %d has failed: %s', async (rc, code) => {
    const { session, unit } = await written();
    unit.faults = refuses('lock', rc);
    expect(await codeOf(session.lock(NEVER))).toBe(code);
  });

  it('after a power cut between lock and hello is locked all the same', async () => {
    const { session, unit } = await written();
    unit.faults = {
      onRequest: (name) => (name === 'lock' && !unit.isLocked ? 'power-cut-after' : undefined),
      returnsAfterMs: 100,
    };
    expect(await session.lock(NEVER)).toMatchObject({ state: 'locked' });
  });
});

describe('a unit that is erased', () => {
  it('is blank, and takes another record', async () => {
    const { session, unit } = await written();
    expect(await session.erase(NEVER)).toMatchObject({ state: 'blank' });
    expect(session.unit).not.toHaveProperty('digest');
    const other = payloadOf('AABBCCDDEEFF', 'secret');
    await session.write(other, () => {}, NEVER);
    expect(unit.record?.key).toBe(other.possession.reveal());
  });

  it('but is not permitted to has refused', async () => {
    const { session, unit } = await written();
    unit.faults = refuses('erase', 11);
    expect(await codeOf(session.erase(NEVER))).toBe('UNIT_REFUSED_WRITE');
  });
});

it.each(['prove', 'lock', 'erase'] as const)(
  'a unit that was swapped behind the port is found out by %s',
  async (verb) => {
    const { session, unit, line } = await written();
    unit.cutPower();
    const second = createUnit({ line, hardwareId: 'AABBCCDDEE00', bootMs: 0 });
    await expect.poll(() => second.boots).toBe(1);
    const verbs = {
      prove: () => session.prove(payload, undefined, NEVER),
      lock: () => session.lock(NEVER),
      erase: () => session.erase(NEVER),
    };
    expect(await codeOf(verbs[verb]())).toBe('UNIT_CHANGED');
    expect(second.received).not.toContain('lock');
    expect(second.received).not.toContain('erase');
  },
);

it('a unit is not asked for what it says it cannot do', async () => {
  const { session, unit } = await written({ capabilities: [] });
  const codes = [
    await codeOf(session.prove(payload, undefined, NEVER)),
    await codeOf(session.lock(NEVER)),
    await codeOf(session.erase(NEVER)),
  ];
  expect(codes).toEqual(['UNIT_LACKS_CAPABILITY', 'UNIT_LACKS_CAPABILITY', 'UNIT_LACKS_CAPABILITY']);
  expect(unit.received).not.toContain('lock');
});

describe('a unit that is done', () => {
  it('is gone as soon as it is unplugged', async () => {
    const { session, unit } = await written();
    const removed = session.untilRemoved(NEVER);
    unit.unplug();
    await removed;
    await session.untilRemoved(NEVER);
  });

  it('is gone when another one answers in its place', async () => {
    const { session, unit, line } = await written();
    const removed = session.untilRemoved(NEVER);
    unit.cutPower();
    createUnit({ line, hardwareId: 'AABBCCDDEE00' });
    await removed;
  });

  it('is gone when the name of its port leads elsewhere, although it still answers', async () => {
    const made = await unitOnPty();
    let path = await made.slot.locate();
    const slot = { ...made.slot, locate: async () => path };
    const session = await connectTo(slot, { rules });
    const removed = session.untilRemoved(NEVER);
    await expect.poll(() => made.unit.received.length).toBeGreaterThan(1);
    path = '/dev/another';
    await removed;
  });

  it('is still there while it only restarts by itself', async () => {
    const { session, unit } = await written();
    const stop = new AbortController();
    let isOver = false;
    const removed = session.untilRemoved(stop.signal).then(() => {
      isOver = true;
    });
    unit.cutPower();
    unit.power();
    await expect.poll(() => unit.boots).toBe(2);
    const heard = unit.received.length;
    await expect.poll(() => unit.received.length, { timeout: 10_000 }).toBeGreaterThan(heard + 1);
    expect(isOver).toBe(false);
    stop.abort();
    await removed;
  });
});
