/** What a profile's lines will not hold, or will not have, is said when it is looked at, and nothing that a unit could well take. */
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../../electron/devices/script/read-profile.ts';
import { fieldsFor } from '../../../../electron/devices/script/record.ts';
import { rehearse } from '../../../../electron/devices/script/rehearse.ts';
import { ACME_PROFILE } from '../../../support/consoles/profile-text.ts';
import { said } from '../../../support/reasons.ts';
import { orderOf } from '../../../support/units.ts';

const BOTH = ['mqtt/pass: possession', 'mqtt/pass: password\n    mqtt/secret: secret'] as const;
const COMPARE = ACME_PROFILE.slice(ACME_PROFILE.indexOf('  - each: field\n    steps:\n      - id: compare'));

function misfitsOf(
  payload: 'password' | 'secret',
  ...changes: readonly (readonly [string, string])[]
): string[] {
  const text = changes.reduce((profile, [from, to]) => {
    expect(profile).toContain(from);
    return profile.replace(from, () => to);
  }, ACME_PROFILE);
  const read = readProfile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const { profile } = read;
  const fieldNames = fieldsFor(profile.source, payload);
  const order = { ...orderOf({}), payload };
  return rehearse({ profile, text, settings: new Map(), fieldNames }, order).map(({ reason }) =>
    said(reason),
  );
}

describe('the look ahead', () => {
  it('finds a value of the record that an order with this payload does not have, wherever it is named', () => {
    const sync = ['send: sync\n', 'send: "sync {{field.mqtt/secret|hex}}"\n'] as const;
    const missing = /field\.mqtt\/secret is not in a record with payload: password/;
    expect(misfitsOf('password', BOTH, sync)).toEqual([expect.stringMatching(missing)]);
    expect(misfitsOf('secret', BOTH, sync)).toEqual([]);
    const answer = [
      '{ lit: "ok\\r\\n> " }\n    timeoutMs',
      '{ lit: "{{field.mqtt/secret|hex}}" }\n    timeoutMs',
    ] as const;
    expect(misfitsOf('password', BOTH, answer)).toEqual([expect.stringMatching(missing)]);
    const asserted = `${COMPARE}          - equal: [readBack, field.mqtt/secret]\n`;
    expect(misfitsOf('password', BOTH, [COMPARE, asserted])).toEqual([expect.stringMatching(missing)]);
  });

  it('leaves open what only an order or a unit can give', () => {
    const pin = ['record:\n', 'settings: { pin: { secret: true } }\nrecord:\n'] as const;
    expect(misfitsOf('password', pin, ['send: sync\n', 'send: "sync {{pin|digits}}"\n'])).toEqual([]);
    expect(misfitsOf('password', ['send: sync\n', 'send: "sync {{firmware|word}}"\n'])).toEqual([]);
  });
});
