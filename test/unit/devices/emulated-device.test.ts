/** The emulated device end against the rules of the protocol page, and against power cuts at every operation of the flash. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Flash, PowerCut } from '../../../electron/simulator/units/flash.ts';
import {
  type CommandName,
  type Fields,
  ProvisioningDevice,
  Refusal,
} from '../../../electron/simulator/units/provisioning-device.ts';
import { RecordStore } from '../../../electron/simulator/units/record-store.ts';
import { payloadOf } from '../../support/units.ts';

const CHUNK = 100;
const boot = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
const facts = {
  hardwareId: 'AABBCCDDEEFF',
  model: 'sensor-a',
  firmware: '1.0.0',
  chunk: CHUNK,
  capabilities: ['prove', 'lock', 'erase'],
  recordMax: 512,
};
const payload = payloadOf();
const record = payload.bytes.reveal();
const other = payloadOf('AABBCCDDEEFF', 'secret');
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const tx = hex(payload.tx);
const begin = { tx, hw: 'AABBCCDDEEFF', sv: 1, len: record.length, dig: hex(payload.digest) };
const beginOther = {
  ...begin,
  tx: hex(other.tx),
  len: other.bytes.reveal().length,
  dig: hex(other.digest),
};

/** A device that starts on this flash, as after a reboot. */
function deviceOn(flash: Flash) {
  const device = new ProvisioningDevice({ facts, store: new RecordStore({ flash }), boot });
  const run = (name: CommandName, fields: Fields = {}): Fields | number => {
    try {
      return device.run(name, fields);
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown.rc;
      throw thrown;
    }
  };
  const state = () => (run('hello') as Fields).state;
  return { run, state };
}
function write(
  run: ReturnType<typeof deviceOn>['run'],
  bytes = record,
  start: Fields = begin,
): Fields | number {
  const begun = run('begin', start);
  if (typeof begun === 'number') return begun;
  for (let off = begun.off as number; off < bytes.length; off += CHUNK) {
    run('put', { tx: start.tx, off, data: bytes.subarray(off, off + CHUNK) });
  }
  return run('commit', { tx: start.tx });
}

describe('the emulated device end', () => {
  it('goes from blank over staged to committed', () => {
    const { run, state } = deviceOn(new Flash());
    expect(state()).toBe('blank');
    run('begin', begin);
    expect(run('hello')).toMatchObject({ state: 'staged', tx });
    expect(run('hello')).not.toHaveProperty('dig');
    expect(write(run)).toEqual({ dig: Buffer.from(hex(payload.digest)) });
    expect(run('hello')).toMatchObject({ state: 'committed', tx });
    expect(run('readpub')).toEqual({
      cid: 'GID_test@@@AABBCCDDEEFF',
      kid: 'DC.Z5fFcTvqyAAAAAAAAAAAAA',
      iid: 'post-cn-0pp12gl0001',
      ep: 'post-cn-0pp12gl0001.mqtt.aliyuncs.com',
    });
  });

  it('answers repeats as it did at first, also after a reboot', () => {
    const flash = new Flash();
    const { run } = deviceOn(flash);
    const first = { tx, off: 0, data: record.subarray(0, CHUNK) };
    run('begin', begin);
    expect([run('put', first), run('put', first)]).toEqual([{ off: CHUNK }, { off: CHUNK }]);
    expect(deviceOn(flash).run('begin', begin)).toEqual({ off: CHUNK });
    const committed = write(deviceOn(flash).run);
    const again = deviceOn(flash).run;
    expect(again('begin', begin)).toEqual({ off: record.length });
    expect(again('put', first)).toEqual({ off: CHUNK });
    expect(again('commit', { tx })).toEqual(committed);
  });

  it.each<[string, CommandName, Fields, number]>([
    ['a begin for another unit', 'begin', { ...begin, hw: 'AABBCCDDEE00' }, 2],
    ['a begin of another schema', 'begin', { ...begin, sv: 2 }, 10],
    ['a begin that is malformed', 'begin', { ...begin, dig: new Uint8Array(31) }, 1],
    ['a record that is too large', 'begin', { ...begin, len: 513 }, 6],
    ['a put of a record that was not begun', 'put', { tx, off: 0, data: new Uint8Array(1) }, 9],
    ['a commit of a record that was not begun', 'commit', { tx }, 9],
    ['a proof without a record', 'prove', { nonce: new Uint8Array(16) }, 9],
    ['a proof with a short nonce', 'prove', { nonce: new Uint8Array(15) }, 1],
    ['a lock without a record', 'lock', {}, 9],
  ])('refuses %s', (_name, command, fields, rc) => {
    expect(deviceOn(new Flash()).run(command, fields)).toBe(rc);
  });

  it('refuses a gap, a wrong digest, and another record over a committed one', () => {
    const { run, state } = deviceOn(new Flash());
    run('begin', begin);
    expect(run('put', { tx, off: 1, data: record.subarray(1, 9) })).toBe(4);
    expect(run('commit', { tx })).toBe(5);
    expect(state()).toBe('blank');
    expect(write(run, Uint8Array.from(record).fill(0, 0, 4))).toBe(5);
    expect(state()).toBe('blank');
    write(run);
    expect(run('begin', beginOther)).toBe(3);
  });

  it('starts the stage anew for another tx, length or digest', () => {
    const { run } = deviceOn(new Flash());
    const reach = () => run('put', { tx, off: 0, data: record.subarray(0, CHUNK) });
    for (const changed of [
      { ...begin, len: begin.len - 1 },
      { ...begin, dig: new Uint8Array(32) },
      beginOther,
    ]) {
      run('begin', begin);
      reach();
      expect(run('begin', changed)).toEqual({ off: 0 });
    }
    expect(run('put', { tx, off: 0, data: record.subarray(0, 1) })).toBe(9);
  });

  it('when locked refuses what changes it, repeats included, and still proves', () => {
    const flash = new Flash();
    const { run } = deviceOn(flash);
    write(run);
    expect([run('lock'), run('lock')]).toEqual([{}, {}]);
    const again = deviceOn(flash);
    expect(again.state()).toBe('locked');
    const put = { tx, off: 0, data: record.subarray(0, CHUNK) };
    expect([again.run('begin', begin), again.run('put', put), again.run('commit', { tx })]).toEqual([
      8, 8, 8,
    ]);
    expect(again.run('erase')).toBe(8);
    expect(again.run('prove', { nonce: new Uint8Array(32) })).toMatchObject({ boot });
  });

  it('forgets everything when erased', () => {
    const flash = new Flash();
    const { run } = deviceOn(flash);
    write(run);
    expect(run('erase')).toEqual({});
    const { run: again, state } = deviceOn(flash);
    expect(state()).toBe('blank');
    expect(again('hello')).not.toHaveProperty('tx');
    expect(write(again, other.bytes.reveal(), beginOther)).toEqual({ dig: Buffer.from(hex(other.digest)) });
  });

  it('keeps its flash in a file', () => {
    const dir = mkdtempSync(join(tmpdir(), 'flash-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'unit.json');
    write(deviceOn(new Flash({ file })).run);
    expect(deviceOn(new Flash({ file })).state()).toBe('committed');
  });
});

describe('a power cut in the middle of an operation of the flash', () => {
  /** Counts the operations of `work`, and repeats it on a flash that loses power at each of them. */
  function atEveryOperation(prepare: (flash: Flash) => void, work: (flash: Flash) => void) {
    const whole = new Flash();
    prepare(whole);
    const before = whole.operations;
    work(whole);
    return Array.from({ length: whole.operations - before }, (_, index) => {
      let isPrepared = false;
      let left = index + 1;
      const flash = new Flash({ fate: () => (isPrepared && --left === 0 ? 'power-cut' : 'works') });
      prepare(flash);
      isPrepared = true;
      expect(() => work(flash)).toThrow(PowerCut);
      return flash;
    });
  }
  const holds = (flash: Flash) => {
    const { record: stored } = new RecordStore({ flash });
    return stored && createHash('sha256').update(stored.bytes).digest('hex');
  };

  it('leaves a first record whole or absent, and the unit can be written again', () => {
    const cuts = atEveryOperation(
      () => {},
      (flash) => write(deviceOn(flash).run),
    );
    expect(cuts.length).toBeGreaterThan(4);
    for (const flash of cuts) {
      expect([undefined, payload.digest]).toContain(holds(flash));
      write(deviceOn(flash).run);
      expect(holds(flash)).toBe(payload.digest);
    }
  });

  it('leaves the old record or none when it is erased, and then the new one', () => {
    const cuts = atEveryOperation(
      (flash) => void write(deviceOn(flash).run),
      (flash) => void deviceOn(flash).run('erase'),
    );
    for (const flash of cuts) {
      expect([undefined, payload.digest]).toContain(holds(flash));
      deviceOn(flash).run('erase');
      write(deviceOn(flash).run, other.bytes.reveal(), beginOther);
      expect(holds(flash)).toBe(other.digest);
    }
  });
});
