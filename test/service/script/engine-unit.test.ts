/** A record goes into the unit that it was made for and into no other, and what a unit holds is told by the least that it says. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { type AcmeUnit, acmeStation } from './engine-station.ts';

describe('a board that is swapped behind a port that stays', () => {
  it('while its credential is made gets not a byte of it, and the other one passes later', async () => {
    const station = await acmeStation(undefined, {}, { latencyMs: 400 });
    const unit = station.unit();
    const isMade = () => station.cloud.calls.some(({ action }) => action === 'RegisterDeviceCredential');
    unit.console.faults = {
      answer: (command, usual) => (command === 'id' && isMade() ? usual.replace(/:01 /, ':99 ') : usual),
    };
    expect(await station.attempt(unit)).toMatchObject({
      how: 'UNIT_CHANGED',
      evidence: { expected: unit.hardwareId, found: unit.hardwareId.replace(/01$/, '99') },
    });
    expect(unit.console.commands.filter((command) => command.startsWith('put'))).toEqual([]);
    expect(unit.console.stored.size).toBe(0);

    unit.console.faults = {};
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    const made = station.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential');
    expect(made).toHaveLength(1);
  });
});

/** A console that says of a value no more than its SHA-256, as a modem's credential store does. */
const BY_HASH = ACME_PROFILE.replaceAll('send: "get {{name|word}}"', 'send: "sum {{name|word}}"')
  .replace('hex (?P<held>[0-9a-f]*)', 'sum (?P<heldSha256>[0-9A-F]*)')
  .replace('capture: { held: { decode: hex } }', '')
  .replace('hex (?P<readBack>[0-9a-f]*)', 'sum (?P<readBack>[0-9A-F]*)')
  .replace('capture: { readBack: { decode: hex } }', '')
  .replace('equal: [readBack, value]', 'sha256: [readBack, value]');

function saysOnlyHashes({ console }: AcmeUnit, form: 'hex' | 'base64' = 'hex'): void {
  console.faults = {
    answer: (command, usual) => {
      const held = console.stored.get(command.replace(/^sum /, ''));
      if (!command.startsWith('sum ')) return usual;
      if (held === undefined) return 'not found\r\n> ';
      const said = createHash('sha256').update(Buffer.from(held, 'hex')).digest(form);
      return `sum ${form === 'hex' ? said.toUpperCase() : said}\r\n> `;
    },
  };
}

describe('a unit that says only the SHA-256 of what it holds', () => {
  it('passes, is known when it comes back, and is in doubt when it holds something else', async () => {
    const station = await acmeStation(BY_HASH);
    const unit = station.unit();
    saysOnlyHashes(unit);
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(await station.attempt(unit)).toMatchObject({ how: 'already-done' });
    unit.console.stored.set('mqtt/pass', '00');
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASSED_UNIT_DIFFERS' });
  });

  it('is believed in base64 as well', async () => {
    const station = await acmeStation(
      BY_HASH.replace(
        '(?P<heldSha256>[0-9A-F]*)\\r\\n> "',
        '(?P<heldSha256>[A-Za-z0-9+/=]*)\\r\\n> "\n              capture: { heldSha256: { decode: base64 } }',
      ).replace(
        '(?P<readBack>[0-9A-F]*)\\r\\n> "',
        '(?P<readBack>[A-Za-z0-9+/=]*)\\r\\n> "\n          capture: { readBack: { decode: base64 } }',
      ),
    );
    const unit = station.unit();
    saysOnlyHashes(unit, 'base64');
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(await station.attempt(unit)).toMatchObject({ how: 'already-done' });
  });

  it('is held where that is of another record, and written anew where only a part is there', async () => {
    const station = await acmeStation(BY_HASH);
    const [other, part] = [station.unit(), station.unit()];
    for (const unit of [other, part]) saysOnlyHashes(unit);
    for (const name of ['client', 'user', 'pass']) other.console.stored.set(`mqtt/${name}`, '61');
    part.console.stored.set('mqtt/client', '61');
    expect(await station.attempt(other)).toMatchObject({ how: 'UNIT_HOLDS_OTHER_RECORD' });
    expect(await station.attempt(part)).toMatchObject({ how: 'PASS' });
  });
});
