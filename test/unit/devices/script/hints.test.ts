/** Whoever knows another tool of this kind is told our word for it, and a slip is told how it is put right. */
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../../electron/devices/script/read-profile.ts';
import { ACME_PROFILE } from '../../../support/consoles/profile-text.ts';
import { said as say } from '../../../support/reasons.ts';

function faultsWith(from: string, to: string): string {
  expect(ACME_PROFILE).toContain(from);
  const read = readProfile(ACME_PROFILE.replace(from, () => to));
  return read.ok ? '' : read.faults.map(({ field, reason }) => `${field}: ${say(reason)}`).join('\n');
}

describe('a profile with a word of another tool', () => {
  it.each([
    ['stripAnsi: true', 'strip_ansi: true', 'link.strip_ansi: unknown key (here: stripAnsi)'],
    ['maxLine: 256', 'maxLine: 256\n  txdelay_ms: 3', 'link.txdelay_ms: unknown key (here: txDelayMs)'],
    [
      'maxLine: 256',
      'maxLine: 256\n  baud: 9600',
      'link.baud: unknown key (here: the order says it, device.baudRate)',
    ],
    ['timeoutMs: 5000', 'timeout_ms: 5000', 'write.1.timeout_ms: unknown key (here: timeoutMs)'],
    [
      'timeoutMs: 5000',
      'then: {}',
      'write.1.then: unknown key (here: a step of its own after this one, with expect)',
    ],
    ['model: acme-sensor', 'steps: []', 'steps: unknown key (here: prepare, identify,'],
  ])('is told ours: %s as %s', (from, to, said) => {
    expect(faultsWith(from, to)).toContain(said);
  });

  it('may use its ids and its name for base64', () => {
    expect(faultsWith('id: sync', 'id: sync_it')).toBe('');
    expect(faultsWith('{{value|hex}}', '{{value|b64}}')).toBe('');
  });
});

describe('a slip in a profile', () => {
  const answer = 'expect: { lit: "ok\\r\\n> " }\n    timeoutMs';
  it.each([
    ['eol: "\\r\\n"', "eol: '\\r\\n'", 'link.eol: must be "\\r", "\\n" or "\\r\\n", in double quotes'],
    [answer, 'expect: OK\n    timeoutMs', 'write.1.expect: must be { lit: "…" }, { re: "…" } or { anyOf:'],
    [
      'capture: { hardwareId: { remove: ":" } }',
      'capture: { hardwareId: mac }',
      'a value has the name of its group',
    ],
    [
      'assert:\n          - equal: [readBack, value]',
      'assert: { equal: [readBack, value] }',
      'assert: must be a list: - equal',
    ],
    [answer, `redact: [pass]\n    ${answer}`, 'redact: must be true or false'],
    ['send: sync\n', "payload: '{{record}}'\n", '{{record}} is a value by its name: without the braces'],
    ['{{value|hex}}', '{{value|uboot_squote}}', 'uboot_squote is not an encoder; there are word, digits,'],
    [
      'assert:\n          - equal: [readBack, value]',
      'redact: true',
      'as in assert: [{ equal: [readBack, record] }]',
    ],
  ])('is told how it is put right: %s as %s', (from, to, said) => {
    expect(faultsWith(from, to)).toContain(said);
  });

  it('is not that an answer stands in many steps under one alias', () => {
    const steps = Array.from({ length: 40 }, (_, at) => `  - { id: x${at}, send: sync, expect: *ok }\n`).join(
      '',
    );
    const many = ACME_PROFILE.replace('restart:\n', () => `${steps}restart:\n`);
    expect(readProfile(many.replace(answer, `expect: &ok${answer.slice('expect:'.length)}`)).ok).toBe(true);
    const bomb = `a: &a [1, 1]\nb: &b [${'*a, '.repeat(30)}]\nc: [${'*b, '.repeat(30)}]\n`;
    const read = readProfile(bomb);
    expect(read.ok ? '' : read.faults[0]?.reason).toEqual({ code: 'aliases-most', values: { max: 200 } });
  });
});
