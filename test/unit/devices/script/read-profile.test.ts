/** What is wrong with a profile is said with line, column, place and reason, every fault of it, before any port is opened. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FamilyRulesError, type RuleFiles } from '../../../../electron/devices/family-entry.ts';
import { script } from '../../../../electron/devices/script/family.ts';
import { readProfile } from '../../../../electron/devices/script/read-profile.ts';
import type { WorkOrder } from '../../../../electron/domain/work-order.ts';
import { refusalOf, said } from '../../../support/reasons.ts';
import { orderOf } from '../../../support/units.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../../docs/profiles.md'), 'utf8');
const GOOD = /```yaml\n(format: 1[\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

/** The faults of the page's example with one change, as `line:column field reason`. */
function faultsWith(from: string, to: string): string[] {
  expect(GOOD).toContain(from);
  const result = readProfile(GOOD.replace(from, () => to));
  return result.ok
    ? []
    : result.faults.map(({ line, column, field, reason }) => `${line}:${column} ${field} ${said(reason)}`);
}

describe('a profile', () => {
  it('like the page’s example has no fault, and a digest of its own text', () => {
    const [one, other] = [readProfile(GOOD), readProfile(`${GOOD}# changed\n`)];
    expect(one).toMatchObject({ ok: true, profile: { name: 'acme-console', version: 3 } });
    expect(one.ok && other.ok && one.profile.digest !== other.profile.digest).toBe(true);
  });

  it.each<[what: string, from: string, to: string, fault: RegExp]>([
    ['an unknown key', 'model: acme-sensor', 'modle: acme-sensor', /^\d+:1 modle unknown key$/],
    ['an unknown key of a step', '    send: id', '    sned: id', /^\d+:5 identify\.0\.sned unknown key$/],
    [
      'an unknown key of an expectation',
      '{ lit: "> " }',
      '{ lti: "> " }',
      /expect.*(unknown key|needs either)/,
    ],
    ['a missing part', 'format: 1\n', '', /format is missing/],
    ['another form', 'format: 1', 'format: 2', /^1:1 format must be 1/],
    ['what is not YAML', 'model: acme-sensor', 'model: [acme', /^\d+:\d+ {2}\S/],
    ['a key that is there twice', 'version: 3', 'version: 3\nversion: 4', /keys must be unique/],
    ['a tag that nobody defined', 'model: acme-sensor', 'model: !secret acme-sensor', /^\d+:8 {2}.*!secret/],
    ['a number that is text', 'maxLine: 256', 'maxLine: many', /^\d+:3 link\.maxLine /],
    [
      'a value without an encoder',
      '{{value|hex}}',
      '{{value}}',
      /write\.0\.steps\.0\.send value needs an encoder/,
    ],
    ['an encoder that does not exist', '{{value|hex}}', '{{value|raw}}', /raw is not an encoder/],
    ['a value that does not exist', '{{value|hex}}', '{{vlaue|hex}}', /vlaue has no value here/],
    ['a field that the record has not', '{{value|hex}}', '{{field.x|hex}}', /there is no field\.x/],
    [
      'a record before there is one',
      'send: id\n',
      'send: "id {{record|hex}}"\n',
      /no record yet in identify/,
    ],
    [
      'a pattern that is none',
      'id=(?P<hardwareId>',
      'id=((?P<hardwareId>',
      /identify\.0\.expect\.re missing/,
    ],
    ['a pattern that could run away', '[0-9.]{1,20}', '([0-9.]{1,30}){1,30}', /too large/],
    [
      'both a text and a pattern',
      '- lit: "flash error\\r\\n"',
      '- lit: "flash"\n    re: "error"',
      /abort\.0 needs either lit or re/,
    ],
    [
      'a jump backwards',
      '{ lit: "ok\\r\\n> " }\n        idempotent',
      '{ lit: "ok", next: put }\n        idempotent',
      /put is not further down: a profile has no loops/,
    ],
    [
      'a jump to nowhere',
      '{ lit: "ok\\r\\n> " }\n        idempotent',
      '{ lit: "ok", next: nowhere }\n        idempotent',
      /there is no step nowhere/,
    ],
    [
      'retries of what is not harmless',
      'idempotent: true\n        retries: 2',
      'retries: 2',
      /only where idempotent/,
    ],
    ['no hardware id', '(?P<hardwareId>', '(?P<other>', /identify must capture hardwareId/],
    [
      'a restart that nothing shows',
      '    expect: { lit: "ACME boot" }\n',
      '',
      /restart must expect something/,
    ],
    [
      'a lost port that shows something else than the restart',
      'expect: { lit: "ok\\r\\n> " }\n    timeoutMs: 5000',
      'expect: { portLost: true }\n    timeoutMs: 5000',
      /write\.1\.expect portLost: only in the last step of restart/,
    ],
    [
      'a verification of nothing',
      '- equal: [readBack, value]',
      '- equal: [readBack, name]',
      /verify has a way through/,
    ],
    [
      'a verification of a length',
      '- equal: [readBack, value]',
      '- equal: [readBack, value|bytelen]',
      /verify has a way through/,
    ],
    [
      'an assertion of what was not captured',
      '[readBack, value]',
      '[other, value]',
      /other is captured nowhere before/,
    ],
    [
      'no place for the secret',
      'mqtt/pass: possession',
      'mqtt/pass: username',
      /needs possession, password or secret/,
    ],
    [
      'bytes counted where some are taken out',
      'capture: { held: { decode: hex } }\n',
      'capture: { held: { decode: hex } }\n              takeBytes: { count: 3, as: rest }\n',
      /takeBytes counts bytes, which stripAnsi takes out/,
    ],
    [
      'two steps of one name',
      '  - id: sync',
      '  - { id: sync, send: x }\n  - id: sync',
      /sync is there twice/,
    ],
    [
      'a step that does nothing',
      'send: reboot\n    expect: { lit: "ACME boot" }',
      'idempotent: true',
      /does nothing/,
    ],
    [
      'a reserved name for a setting',
      'record:\n',
      'settings: { value: {} }\nrecord:\n',
      /settings\.value is a name/,
    ],
    ['a captured name that is taken', '(?P<readBack>', '(?P<record>', /record is a name that is taken/],
  ])('with %s is refused', (_, from, to, fault) => {
    const faults = faultsWith(from, to);
    expect(faults.join('\n')).toMatch(new RegExp(fault.source, 'm'));
  });

  it('has all its faults reported, each in its place', () => {
    const result = readProfile(
      GOOD.replace('version: 3', 'version: no').replace('maxLine: 256', 'maxLine: 1'),
    );
    expect(!result.ok && result.faults.map(({ line, field }) => [line, field])).toEqual([
      [3, 'version'],
      [7, 'link.maxLine'],
    ]);
  });

  it('that is no profile at all, or a bomb of aliases, is refused', () => {
    for (const text of [
      '',
      '[]',
      '42',
      `a: &a [1,1,1]\nb: &b [${'*a,'.repeat(50)}]\n`,
      'x'.repeat(300_000),
    ]) {
      expect(readProfile(text).ok, text.slice(0, 20)).toBe(false);
    }
  });
});

describe('an order for family script', () => {
  const files: RuleFiles = {
    find: (name) => (name === './acme.yaml' ? { path: '/floor/acme.yaml', text: GOOD } : undefined),
  };
  const made = (own: object, changes: Partial<WorkOrder> = {}, found = files) => {
    const order = orderOf({
      device: { family: 'script', baudRate: 115_200, bootTimeoutMs: 5_000, own: { ...own } },
      ...changes,
    });
    try {
      return script.create(order.device, found, order);
    } catch (error) {
      if (!(error instanceof FamilyRulesError)) throw error;
      return refusalOf(error);
    }
  };
  const fileOf = (text: string): RuleFiles => ({ find: () => ({ path: '/floor/own.yaml', text }) });
  const withSecret = GOOD.replace(
    'record:\n',
    'settings: { user: { default: root }, password: { secret: true } }\nrecord:\n',
  );

  it('takes a profile that ships by its name, and a file by its path, and says which', () => {
    expect(made({ profile: 'zephyr-settings' })).toMatchObject({
      name: 'script',
      profile: { name: 'zephyr-settings' },
    });
    expect(made({ profile: './acme.yaml' })).toMatchObject({ profile: { name: 'acme-console', version: 3 } });
    expect(made({ profile: 'nothing' })).toMatch(/profile: nothing is neither a file nor one of: esp-at/);
  });

  it('names the file, line and column of a fault', () => {
    expect(made({ profile: 'own' }, {}, fileOf(GOOD.replace('version: 3', 'vresion: 3')))).toMatch(
      /^profile: \/floor\/own\.yaml:3:1 vresion: unknown key$/m,
    );
  });

  it('is refused where a line could not hold what the cloud gives, before anything is asked of it', () => {
    expect(made({ profile: 'own' }, {}, fileOf(GOOD.replace('maxLine: 256', 'maxLine: 100')))).toMatch(
      /own\.yaml:54:9 write\.put: line too long: \d+ bytes, the console takes 100/,
    );
  });

  it('is refused where the profile has no place for its payload, and where it wants a lock', () => {
    const passwordOnly = fileOf(GOOD.replace('possession', 'password'));
    expect(made({ profile: 'own' }, { payload: 'secret' }, passwordOnly)).toMatch(
      /no place for payload: secret/,
    );
    expect(made({ profile: 'own' }, { payload: 'password' }, passwordOnly)).toMatchObject({ name: 'script' });
    expect(made({ profile: './acme.yaml' }, { lock: true })).toMatch(/no lock/);
  });

  it('keeps a secret setting out of itself, and takes it from the environment', () => {
    const found = fileOf(withSecret);
    expect(made({ profile: 'own', settings: { password: 'hunter2' } }, {}, found)).toMatch(
      /settings: password is a secret/,
    );
    expect(made({ profile: 'own', settings: { password: 'hunter2' } }, {}, found)).not.toMatch(/hunter2/);
    expect(made({ profile: 'own', settings: { password: 'env:KB_NOT_SET' } }, {}, found)).toMatch(
      /KB_NOT_SET is not set/,
    );
    expect(made({ profile: 'own' }, {}, found)).toMatch(/settings: password is missing/);
    expect(made({ profile: 'own', settings: { usr: 'x' } }, {}, found)).toMatch(/usr is no setting/);
    process.env.KB_TEST_CONSOLE = 'hunter2';
    expect(made({ profile: 'own', settings: { password: 'env:KB_TEST_CONSOLE' } }, {}, found)).toMatchObject({
      name: 'script',
    });
    delete process.env.KB_TEST_CONSOLE;
  });
});
