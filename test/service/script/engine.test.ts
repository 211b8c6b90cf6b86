/** The engine takes a unit through the whole station by the example of its page. */
import { describe, expect, it } from 'vitest';
import { findSecret } from '../../support/canary.ts';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { acmeStation } from './engine-station.ts';

const UNVERIFIED = ACME_PROFILE.replace(/\nverify:[\s\S]*$/, '\n');

describe('a unit whose console the page’s example describes', () => {
  it('passes with its record after a restart, and the record names profile, version and digest', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(unit.console.boots).toBe(2);
    const login = {
      clientId: station.held(unit, 'mqtt/client'),
      username: station.held(unit, 'mqtt/user'),
      password: station.held(unit, 'mqtt/pass'),
    };
    expect(station.cloud.verifyLogin(login)).toBe(true);
    const [record] = (await station.ledger.records()).items;
    expect(record).toMatchObject({ profile: 'acme-console/3', model: 'acme-sensor', firmware: '2.1.0' });
    expect(record?.profileDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await station.verified()).toMatchObject({ problems: [] });
  });

  it('is already done when it comes back, and in doubt when it lost its record', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    await station.attempt(unit);
    expect(await station.attempt(unit)).toMatchObject({ how: 'already-done' });
    unit.console.stored.delete('mqtt/pass');
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASSED_UNIT_DIFFERS' });
  });

  it('is written anew where an earlier writing stopped half-way', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    unit.console.stored.set('mqtt/client', 'ff');
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  });

  it('that holds another record is held, with nothing asked of the cloud in vain', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    for (const name of ['client', 'user', 'pass']) unit.console.stored.set(`mqtt/${name}`, '61');
    expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_HOLDS_OTHER_RECORD' });
    expect(station.credential(unit.hardwareId)).toBeUndefined();
  });

  it('shows neither its secret nor its password in the transcript, though it echoes all it is sent', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (command, usual) => `${command.replace(/.{20}/g, '$& \r\n')}\r\n${usual}`,
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    const { deviceAccessKeySecret } = station.credential(unit.hardwareId)!;
    const said = station.transcript.join('\n');
    expect(said).toContain('put mqtt/pass [hex, ');
    for (const secret of [deviceAccessKeySecret, station.held(unit, 'mqtt/pass')]) {
      expect(findSecret(secret, 'transcript', said)).toEqual([]);
    }
  });
});

describe('a unit that', () => {
  it('keeps another value than it was given fails, and does not pass', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (command, usual) => {
        if (command.startsWith('put mqtt/pass')) unit.console.stored.set('mqtt/pass', '00ff');
        return usual;
      },
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'DIGEST_WRONG' });
  });

  it('loses its record over the restart fails', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (command, usual) => {
        if (command === 'reboot') unit.console.stored.clear();
        return usual;
      },
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_FORGOT_RECORD' });
  });

  it('says that its flash is broken is blamed for it', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (command, usual) => (command === 'sync' ? 'flash error\r\n> ' : usual),
    });
    expect(await station.attempt(unit)).toMatchObject({
      how: 'UNIT_STORAGE_FAILED',
      evidence: { sequence: 'write', step: 'sync', answer: 'storage' },
    });
  });

  it('answers once too few is asked again where that is harmless', async () => {
    const station = await acmeStation();
    let swallowed = 0;
    const unit = station.unit({
      answer: (command, usual) => (command.startsWith('put') && swallowed++ % 2 === 0 ? undefined : usual),
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(unit.console.commands.filter((command) => command.startsWith('put'))).toHaveLength(6);
  });

  it('answers late is not believed twice: the next question waits for its own answer', async () => {
    const station = await acmeStation();
    let puts = 0;
    const unit = station.unit({
      answer: (command, usual) => {
        if (command === 'sync') {
          setTimeout(() => unit.console.say('flash error\r\n> '), 60);
          return undefined;
        }
        if (!command.startsWith('put mqtt/pass')) return usual;
        puts += 1;
        if (puts === 1) return undefined;
        setTimeout(() => unit.console.say(usual), 30);
        return usual;
      },
    });
    expect(await station.attempt(unit)).toMatchObject({
      how: 'UNIT_STORAGE_FAILED',
      evidence: { step: 'sync' },
    });
  });

  it('gives an answer that is a failure elsewhere is taken at its word where a step expects it', async () => {
    const expecting = ACME_PROFILE.replace(
      'send: sync\n    expect: { lit: "ok\\r\\n> " }',
      'send: sync\n    expect: { lit: "unknown command\\r\\n> " }',
    );
    const station = await acmeStation(expecting);
    const unit = station.unit({
      answer: (command, usual) => (command === 'sync' ? 'unknown command\r\n> ' : usual),
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  });

  it('says nothing is silent, and one that says something else is not understood', async () => {
    const station = await acmeStation();
    const mute = station.unit({ answer: () => undefined });
    const other = station.unit({ answer: () => 'login: ' });
    expect(await station.attempt(mute, 1_000)).toMatchObject({ how: 'UNIT_SILENT' });
    expect(await station.attempt(other, 1_000)).toMatchObject({
      how: 'UNIT_NOT_UNDERSTOOD',
      evidence: { bytes: expect.any(Number) },
    });
  });
});

describe('a profile without a verification', () => {
  it('ends written, unverified, which is not PASS and never becomes one', async () => {
    const station = await acmeStation(UNVERIFIED);
    const unit = station.unit();
    expect(await station.attempt(unit)).toMatchObject({ how: 'WRITTEN_UNVERIFIED' });
    expect(unit.console.stored.size).toBe(3);
    expect(await station.attempt(unit)).toMatchObject({ how: 'WRITTEN_UNVERIFIED' });
    expect((await station.ledger.records()).items).toEqual([]);
  });
});
