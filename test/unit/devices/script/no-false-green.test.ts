/** A profile under which something else than the unit's own word could end green is refused, with its place. */
import { describe, expect, it } from 'vitest';
import { FamilyRulesError } from '../../../../electron/devices/family-entry.ts';
import { script } from '../../../../electron/devices/script/family.ts';
import { ACME_PROFILE as GOOD } from '../../../support/consoles/profile-text.ts';
import { refusalOf as refusalIn } from '../../../support/reasons.ts';
import { orderOf } from '../../../support/units.ts';

const REBOOT = 'send: reboot\n    expect: { lit: "ACME boot" }\n    timeoutMs: 10000';
const COMPARE = GOOD.slice(GOOD.indexOf('      - id: compare'));

/** What an order with the page's example is refused with, after some changes; empty where it is not. */
function refusalOf(...changes: readonly (readonly [from: string, to: string])[]): string {
  const text = changes.reduce((profile, [from, to]) => {
    expect(profile).toContain(from);
    return profile.replace(from, () => to);
  }, GOOD);
  const device = {
    family: 'script',
    baudRate: 115_200,
    bootTimeoutMs: 5_000,
    own: { profile: './own.yaml' },
  } as const;
  const order = orderOf({ device });
  try {
    script.create(order.device, { find: () => ({ path: 'own.yaml', text }) }, order);
    return '';
  } catch (error) {
    if (!(error instanceof FamilyRulesError)) throw error;
    return refusalIn(error);
  }
}

const restart = (step: string) => [REBOOT, step] as const;
const BOOT = [
  'fw=(?P<firmware>[0-9.]{1,20})',
  'fw=(?P<firmware>[0-9.]{1,20}) start=(?P<boot>[0-9]+)',
] as const;

describe('an echo is no answer', () => {
  const ECHO = /own\.yaml:\d+:\d+ (\w+\.[\w-]+): what it expects stands in the line that it sends/;

  it.each<[what: string, change: readonly [string, string], step: string]>([
    ['a restart', restart('send: reboot\n    expect: { lit: "reboot" }'), 'restart.reboot'],
    [
      'a restart, by a pattern',
      restart(`send: reboot\n    expect: { re: '^re?boot\\r\\n' }`),
      'restart.reboot',
    ],
    [
      'one of several texts',
      restart('send: go on\n    expect: { anyOf: [{ lit: up }, { lit: go }] }'),
      'restart.reboot',
    ],
    [
      'a value that is sent',
      ['{ lit: "ok\\r\\n> " }\n        idempotent', '{ lit: "{{value|hex}}" }\n        idempotent'],
      'write.put',
    ],
    [
      'a value that is sent, by a pattern',
      ['{ lit: "ok\\r\\n> " }\n        idempotent', `{ re: 'mqtt/pass [0-9a-f]+' }\n        idempotent`],
      'write.put',
    ],
    [
      'a mark that stands in the line',
      restart('send: "x {{mark}}"\n    expect: { lit: "{{mark}}" }'),
      'restart.reboot',
    ],
  ])('for %s', (_, change, step) => {
    expect(ECHO.exec(refusalOf(change))?.[1]).toBe(step);
  });

  it('but what the line has only in part, what is noise, and what means a failure is none', () => {
    expect(refusalOf(restart(`send: 'echo up{{mark}}""'\n    expect: { lit: "up{{mark}}\\r\\n" }`))).toBe('');
    const ignored = ['  - lineStarts: "[log] "', '  - lineStarts: "[log] "\n  - lineStarts: reboot'] as const;
    expect(refusalOf(ignored, restart('send: reboot now\n    expect: { lit: "now" }'))).toBe('');
    const failing = '{ lit: "ACME boot" }, { lit: not now, fail: refused }';
    expect(refusalOf(restart(`send: reboot or not now\n    expect: { anyOf: [${failing}] }`))).toBe('');
  });

  it('so that verify must not send what it is to prove, whatever it makes of it', () => {
    const REFUSED = /verify\.0\.steps\.0: sends what it is to prove/;
    for (const sent of [
      '{{value|hex}}',
      '{{value|sha256}}',
      '{{record|base64}}',
      '{{field.mqtt/pass|hex}}',
    ]) {
      const step = COMPARE.replace('get {{name|word}}', () => `cmp {{name|word}} ${sent}`);
      expect(refusalOf([COMPARE, step]), sent).toMatch(REFUSED);
    }
    const byLength = COMPARE.replace('get {{name|word}}', () => 'get {{name|word}} {{value|bytelen}}');
    expect(refusalOf([COMPARE, byLength])).toBe('');
    const byUser = COMPARE.replace('get {{name|word}}', () => 'get {{field.mqtt/client|word}}');
    expect(refusalOf([COMPARE, byUser])).toBe('');
  });
});

describe('a restart', () => {
  const REFUSED = /restart: has a way through on which nothing shows the restart/;
  const weak: readonly string[] = [
    'send: reboot\n    expect: { lit: "ok\\r\\n> " }',
    'send: reboot\n    expect: { lit: "> " }',
    `send: reboot\n    expect: { re: '> $' }`,
    'send: reboot\n    expect: { anyOf: [{ lit: "ACME boot" }, { lit: "> " }] }',
    'send: reboot\n    expect: { anyOf: [{ lit: "ACME boot", next: end }, { lit: "> ", next: end }] }\n  - id: up\n    expect: { lit: ready }',
  ];

  it.each(weak)('is not shown by what other steps expect as well: %s', (step) => {
    expect(refusalOf(restart(step))).toMatch(REFUSED);
    expect(refusalOf(restart(step), BOOT), 'with a name for each start').toBe('');
  });

  it('is shown by a later step, where each way leads to it', () => {
    const step =
      'send: reboot\n    expect: { lit: "ok\\r\\n> " }\n  - id: up\n    expect: { lit: "ACME boot" }';
    expect(refusalOf(restart(step))).toBe('');
  });

  it('is not to be told by a name of the start that is there only now and then', () => {
    const whole = `      re: "id=(?P<hardwareId>[0-9A-F:]{17}) fw=(?P<firmware>[0-9.]{1,20})\\r\\n> "
      capture: { hardwareId: { remove: ":" } }`;
    const both = `      anyOf:
        - { re: 'id=(?P<hardwareId>[0-9A-F]+) start=(?P<boot>[0-9]+)\\r\\n' }
        - { re: 'id=(?P<hardwareId>[0-9A-F]+)\\r\\n' }`;
    expect(refusalOf([whole, both])).toMatch(/identify: must capture boot on each way through it/);
  });
});

describe('what a unit holds', () => {
  const KNOWN = '(?P<held>[0-9a-f]*)\\r\\n> "\n              capture: { held: { decode: hex } }';
  const NOT_KNOWN = '[0-9a-f]*\\r\\n> "';
  const noVerify = [GOOD.slice(GOOD.indexOf('verify:')), ''] as const;
  const unknown = ['form: values', 'form: values\n  held: unknown'] as const;

  it('must be told by it, since one that passed would be taken for one that lost its record', () => {
    const refusal = refusalOf([KNOWN, NOT_KNOWN]);
    expect(refusal).toMatch(/identify: must capture held or heldSha256: without it a unit that passed/);
    expect(refusalOf([KNOWN, NOT_KNOWN], ['form: values', 'form: json'])).toMatch(
      /heldDigest or heldContent/,
    );
  });

  it('may be unknown where no unit can pass, if the profile says so', () => {
    expect(refusalOf([KNOWN, NOT_KNOWN], noVerify)).toMatch(/or record needs held: unknown/);
    expect(refusalOf([KNOWN, NOT_KNOWN], noVerify, unknown)).toBe('');
    expect(refusalOf([KNOWN, NOT_KNOWN], unknown)).toMatch(/held: is unknown, and verify can read it/);
    expect(refusalOf(unknown, noVerify)).toMatch(/held: is unknown, and identify captures it/);
  });

  it('may be unknown where it can be asked for only with something of the record, such as its length', () => {
    const hash = (asked: string) =>
      [
        `        send: "get {{name|word}}"
        expect:
          re: "hex (?P<readBack>`,
        `        send: "${asked}"
        expect:
          re: "hex (?P<readBack>`,
      ] as const;
    expect(refusalOf([KNOWN, NOT_KNOWN], unknown, hash('get {{name|word}} {{value|bytelen}}'))).toBe('');
    expect(refusalOf([KNOWN, NOT_KNOWN], unknown, hash('get {{name|word}} {{mark}}'))).toMatch(
      /held: is unknown, and verify can read it/,
    );
  });
});
