/** A unit on a real pseudo-terminal, through the real serialport: from the first hello to the proof. */
import { describe, expect, it } from 'vitest';
import { connectTo, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

describe('a unit on a serial port', () => {
  it('takes the record, restarts, and proves that it holds it', async () => {
    const { unit, slot } = await unitOnPty();
    const session = await connectTo(slot);
    expect(session.unit).toMatchObject({ hardwareId: 'AABBCCDDEEFF', model: 'sensor-a', state: 'blank' });
    const payload = payloadOf();
    const shares: number[] = [];
    await session.write(payload, (share) => shares.push(share), NEVER);
    expect(shares.at(-1)).toBe(1);
    const before = session.unit.boot;
    const after = await session.restart(NEVER);
    expect(after).toMatchObject({ state: 'committed', digest: payload.digest });
    expect(after.boot).not.toBe(before);
    await session.prove(payload, before, NEVER);
    expect(unit.record).toEqual({
      cid: 'GID_test@@@AABBCCDDEEFF',
      kid: 'DC.Z5fFcTvqyAAAAAAAAAAAAA',
      iid: 'post-cn-0pp12gl0001',
      ep: 'post-cn-0pp12gl0001.mqtt.aliyuncs.com',
      port: 8883,
      un: 'DeviceCredential|DC.Z5fFcTvqyAAAAAAAAAAAAA|post-cn-0pp12gl0001',
      pw: payload.possession.reveal(),
    });
  });
});
