/**
 * A console that has no way to say what it holds before the record is known: a memory that is read by address and length. Until a
 * record was written nobody asks; from then on only its verification tells, and nothing is written a second time in silence.
 */
import { expect, it } from 'vitest';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { type AcmeUnit, acmeStation } from './engine-station.ts';

const GROUP_OF_IDENTIFY = / {2}- each: field\n {4}steps:\n {6}- id: read\n[\s\S]*?(?=erase:)/;
const VERIFY = `verify:
  - each: field
    steps:
      - id: compare
        send: "get {{name|word}} {{value|bytelen}}"
        expect:
          anyOf:
            - re: "hex (?P<readBack>[0-9a-f]*)\\r\\n> "
              capture: { readBack: { decode: hex } }
            - lit: "not found\\r\\n> "
              fail: refused
        assert:
          - equal: [readBack, value]
`;
const UNVERIFIED = ACME_PROFILE.replace(GROUP_OF_IDENTIFY, '')
  .replace('timeoutMs: 10000', 'timeoutMs: 300')
  .replace('form: values', 'form: values\n  held: unknown')
  .replace(/verify:[\s\S]*/, '');
const UNTOLD = UNVERIFIED + VERIFY;
const PASSWORD_OR_SECRET = UNTOLD.replace(
  'mqtt/pass: possession',
  'mqtt/pass: password\n    mqtt/key: secret',
);

function writesOf({ console }: AcmeUnit): number {
  return console.commands.filter((command) => command.startsWith('put')).length;
}

/** The unit takes the record and then hangs in its restart, each time until `again` is called. */
function hangsInRestart(unit: AcmeUnit): { readonly again: () => void } {
  unit.console.faults = { answer: (command, usual) => (command === 'reboot' ? undefined : usual) };
  return {
    again: () => {
      unit.console.faults = {};
    },
  };
}

it('is written and verified; when it comes back finished it is in doubt, and left as it is', async () => {
  const station = await acmeStation(UNTOLD);
  const unit = station.unit();
  expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  const writes = writesOf(unit);
  const calls = station.cloud.calls.length;
  expect(await station.attempt(unit)).toMatchObject({
    how: 'HOLDING_UNKNOWN',
    evidence: { unitState: 'unknown' },
  });
  expect(writesOf(unit)).toBe(writes);
  expect(station.cloud.calls).toHaveLength(calls);
  expect(await station.verified()).toMatchObject({ ok: true });
});

it('that was written and not verified yet is verified again, and passes without a second writing', async () => {
  const station = await acmeStation(UNTOLD, { bootTimeout: 1 });
  const unit = station.unit();
  const hang = hangsInRestart(unit);
  expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_DID_NOT_REBOOT' });
  const writes = writesOf(unit);
  expect(writes).toBe(3);
  hang.again();
  expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  expect(writesOf(unit)).toBe(writes);
  const made = station.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential');
  expect(made).toHaveLength(1);
});

it('that was written and lost it ends in doubt each time, and is never written again in silence', async () => {
  const station = await acmeStation(UNTOLD, { bootTimeout: 1 });
  const unit = station.unit();
  const hang = hangsInRestart(unit);
  expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_DID_NOT_REBOOT' });
  hang.again();
  unit.console.stored.clear();
  for (let time = 0; time < 2; time += 1) {
    expect(await station.attempt(unit)).toMatchObject({ how: 'PROOF_WRONG' });
  }
  expect(writesOf(unit)).toBe(3);
  expect(unit.console.stored.size).toBe(0);
  expect(await station.claim(unit)).toMatchObject({ state: 'written' });
});

it('without a verification is said to be unverified as often as it comes, not to have lost its record', async () => {
  const station = await acmeStation(UNVERIFIED);
  const unit = station.unit();
  for (let time = 0; time < 2; time += 1) {
    expect(await station.attempt(unit)).toMatchObject({ how: 'WRITTEN_UNVERIFIED' });
  }
  expect(writesOf(unit)).toBe(3);
});

it('that was written under other rules is a person’s decision', async () => {
  const station = await acmeStation(PASSWORD_OR_SECRET, { bootTimeout: 1 });
  const unit = station.unit();
  const hang = hangsInRestart(unit);
  expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_DID_NOT_REBOOT' });
  hang.again();
  await station.reorder({ payload: 'secret' });
  expect(await station.attempt(unit)).toMatchObject({ how: 'HOLDING_UNKNOWN' });
  expect(writesOf(unit)).toBe(3);
  await station.reorder({});
  expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
});

it.each([
  ['proves to use a credential that others made', UNTOLD, 'UNIT_HOLDS_CREDENTIAL'],
  ['may use a credential that others made', UNVERIFIED, 'CREDENTIAL_EXISTS'],
])('that %s keeps it, though the order says refresh', async (_, profile, how) => {
  const first = await acmeStation(profile);
  const unit = first.unit();
  expect((await first.attempt(unit)).how).toMatch(/PASS|WRITTEN_UNVERIFIED/);
  const made = first.credential(unit.hardwareId);

  const second = await acmeStation(profile, { existing: 'refresh', endpoint: first.cloud.url });
  expect(await second.attempt(unit)).toMatchObject({ how });
  expect(first.credential(unit.hardwareId)).toEqual(made);
  expect(writesOf(unit)).toBe(3);
});
