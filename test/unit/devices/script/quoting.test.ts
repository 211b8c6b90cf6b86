/** What single quotes make of an escape is found, and a backslash that a console's own command needs is left alone. */
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../../electron/devices/script/read-profile.ts';
import { ACME_PROFILE } from '../../../support/consoles/profile-text.ts';
import { said } from '../../../support/reasons.ts';

const REASON =
  'has a backslash and a letter where a control character is meant: use double quotes, "…\\r\\n"';

function faultsWith(from: string, to: string): string[] {
  expect(ACME_PROFILE).toContain(from);
  const read = readProfile(ACME_PROFILE.replace(from, () => to));
  return read.ok ? [] : read.faults.map(({ field, reason }) => `${field}: ${said(reason)}`);
}

describe('an escape in single quotes', () => {
  it.each([
    ['{ lit: "> " }', String.raw`{ lit: '>\r\n' }`, 'prepare.0.expect.lit'],
    ['lit: "flash error\\r\\n"', String.raw`lit: 'flash error\r\n'`, 'abort.0.lit'],
    ['lineStarts: "[log] "', String.raw`lineStarts: '\x1b[log] '`, 'ignore.0.lineStarts'],
    ['send: id\n', `${String.raw`send: 'id\r'`}\n`, 'identify.0.send'],
    ['send: ""\n', `${String.raw`send: '\x03\x03'`}\n`, 'prepare.0.send'],
  ])('is refused: %s as %s', (from, to, field) => {
    expect(faultsWith(from, to)).toContain(`${field}: ${REASON}`);
  });

  it('is none within a line that is sent, where it is the console’s own', () => {
    expect(faultsWith('send: sync\n', `${String.raw`send: printf 'a\n' | tr -d '\r'; sync`}\n`)).toEqual([]);
  });
});
