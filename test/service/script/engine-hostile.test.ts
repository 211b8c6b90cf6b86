/**
 * A unit may say anything, at any length: no run hangs or is misled by it, and the slot beside it gets its turn. That it
 * does is told by what was done in which order, not by a clock.
 */
import { describe, expect, it } from 'vitest';
import { findSecret } from '../../support/canary.ts';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { acmeStation } from './engine-station.ts';

/** A pattern as a process engineer might write it, over which a backtracking engine would not come back. */
const GREEDY = ACME_PROFILE.replace(
  'abort:\n',
  () => `abort:\n  - re: '.*.*.*=.*fatal'\n  - re: '(a+)+!'\n  - re: '([a-z]+)*[0-9]$'\n`,
);

const STORMS: readonly (readonly [string, string])[] = [
  ['an endless line', 'x'.repeat(16_384)],
  ['endless lines that are nearly noise', '[lo] kernel panic\r\n'.repeat(800)],
  ['endless noise', '[log] still here\r\n'.repeat(800)],
  ['endless escape codes', '\x1b[31m\x1b[2J\x1b]0;x'.repeat(800)],
  ['an escape code that never ends', `\x1b]${'0'.repeat(16_000)}`],
  ['what is catastrophic for a pattern', `${'a'.repeat(16_000)}\r\n`],
  ['bytes that are no text', Buffer.alloc(16_384, 0xfe).toString('latin1')],
];

describe('a unit that never stops saying', () => {
  it.each(STORMS)('%s ends by itself, and the unit beside it passes meanwhile', async (_, text) => {
    const station = await acmeStation(GREEDY);
    const wild = station.unit({ answer: () => undefined });
    const calm = station.unit();
    wild.console.storm(text);
    const stop = new AbortController();
    let isWaitedFor = true;
    const wildEnd = station.attempt(wild, 50_000, stop.signal).finally(() => {
      isWaitedFor = false;
    });
    const before = wild.console.gusts;
    expect(await station.attempt(calm, 50_000)).toMatchObject({ how: 'PASS' });
    // The storm went on all the while, and so did the talk with the calm one.
    expect(wild.console.gusts).toBeGreaterThan(before);
    if (isWaitedFor) stop.abort();
    expect(['not-admitted', 'UNIT_NOT_UNDERSTOOD']).toContain((await wildEnd).how);
    expect(wild.console.gusts).toBeGreaterThan(before + 1);
    expect((await station.ledger.records()).items).toHaveLength(1);
  });

  it('something is given up while it still goes on, without a cable being pulled', async () => {
    const station = await acmeStation(GREEDY);
    const wild = station.unit({ answer: () => undefined });
    wild.console.storm('x'.repeat(16_384));
    expect(await station.attempt(wild, 3_000)).toMatchObject({ how: 'UNIT_NOT_UNDERSTOOD' });
    expect(station.transcript.join('').length).toBeLessThan(200_000);
  });
});

describe('a run is not misled by', () => {
  it('a prompt and an answer inside what a command echoes', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (command, usual) =>
        command.startsWith('get') ? `[log] ok\r\n[log] hex 00\r\n${usual}` : usual,
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  });

  it('log lines before every answer, quoting prompts, answers and failures', async () => {
    const station = await acmeStation();
    const unit = station.unit({ chatter: '[log] flash error\r\n[log] ok> not found\r\n' });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  });

  it('colours and cursor movements in every answer, cut anywhere', async () => {
    const station = await acmeStation();
    const unit = station.unit({
      answer: (_, usual) =>
        [...usual].map((character) => `\x1b[3${character.charCodeAt(0) % 8}m${character}\x1b[0m`).join(''),
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
  });

  it.each([
    ['a window title that quotes the answer', '\x1b]0;ok\r\n> hex 00\x07'],
    ['the alternate screen, with another answer on it', '\x1b[?1049h\x1b[2J\x1b[1;1H\x1b[?1049l'],
    ['a cursor that is moved about, and a line that is cleared', '\x1b[10;20H\x1b[3A\x1b[2K\x1b[s\x1b[u'],
    ['a device control string and a charset switch', '\x1bPq#0;> ok\x1b\\\x1b(B'],
    ['NUL, and bytes that are no UTF-8', '\0\0\xff\xfe\xc3\x28\xed\xa0\x80\r\n'],
    ['a bell, backspaces and a form feed', '\x07ok\b\b  \b\b\f\r\n'],
  ])('%s before each answer', async (_, said) => {
    const station = await acmeStation();
    const unit = station.unit({ chatter: said });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(await station.attempt(unit)).toMatchObject({ how: 'already-done' });
  });

  it('hundreds of kilobytes of log between its answers, with prompts and failures in them', async () => {
    const station = await acmeStation();
    const log = '[log] flash error\r\n[log] ok\r\n[log] > hex 00\r\n'.repeat(2_000);
    let said = 0;
    const unit = station.unit({
      answer: (command, usual) => {
        const isLogged = command === 'id' || command === 'sync' || command === 'reboot';
        if (isLogged) said += log.length;
        return isLogged ? `${log}${usual}` : usual;
      },
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(said).toBeGreaterThan(300_000);
    // The end of a talk is kept, not all of it.
    expect(station.transcript.join('').length).toBeLessThan(2 * said);
  });

  it('a unit that says of another value that it is this one', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    unit.console.faults = {
      answer: (command, usual) => {
        // What was written is told truthfully until the restart, and made up after it.
        const isAfter = unit.console.boots > 1 && command === 'get mqtt/pass';
        return isAfter ? `hex ${'61'.repeat(28)}\r\n> ` : usual;
      },
    };
    expect(await station.attempt(unit)).toMatchObject({ how: 'DIGEST_WRONG' });
  });

  it('a hardware id that is none, or a megabyte of it', async () => {
    const station = await acmeStation(ACME_PROFILE.replace('[0-9A-F:]{17}', '[^ ]+'));
    const odd = station.unit({
      answer: (command, usual) => (command === 'id' ? 'id=a;b fw=1\r\n> ' : usual),
    });
    expect(await station.attempt(odd)).toMatchObject({ how: 'UNIT_HARDWARE_ID_INVALID' });
    const long = station.unit({
      answer: (command, usual) => (command === 'id' ? `id=${'A'.repeat(1_000_000)} fw=1\r\n> ` : usual),
    });
    expect((await station.attempt(long, 4_000)).how).toMatch(/UNIT_HARDWARE_ID_INVALID|UNIT_NOT_UNDERSTOOD/);
    expect((await station.ledger.records()).items).toEqual([]);
  });

  it('an answer to an earlier try that comes late, where the profile marks its answers', async () => {
    const marked = ACME_PROFILE.replace('send: sync\n', "send: 'sync {{mark}}'\n").replace(
      '    expect: { lit: "ok\\r\\n> " }\n    timeoutMs: 5000',
      '    expect: { lit: "{{mark}} ok\\r\\n> " }\n    timeoutMs: 600\n    idempotent: true\n    retries: 3',
    );
    expect(marked).toContain('{{mark}} ok');
    const station = await acmeStation(marked);
    let earlier = '';
    const tries: string[] = [];
    const unit = station.unit({
      answer: (command, usual) => {
        const mark = /^sync (.*)/.exec(command)?.[1];
        if (mark === undefined) return usual;
        const said = earlier === '' ? undefined : `${tries.length < 3 ? earlier : mark} ok\r\n> `;
        earlier = mark;
        tries.push(mark);
        return said;
      },
    });
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(new Set(tries).size).toBe(4);
  });
});

describe('a secret that the unit says again', () => {
  it.each([1, 2, 3, 7])('in pieces of %i characters, in each form, is in no transcript', async (size) => {
    const station = await acmeStation();
    const unit = station.unit();
    const said: string[] = [];
    unit.console.faults = {
      answer: (command, usual) => {
        const [verb, name, hex = ''] = command.split(' ');
        if (verb !== 'put' || name !== 'mqtt/pass') return usual;
        const secret = Buffer.from(hex, 'hex');
        const echo = `echo ${hex} ${secret.toString('latin1')} ${secret.toString('base64')} ${hex.toUpperCase()}\r\n`;
        for (let at = 0; at < echo.length; at += size) unit.console.say(echo.slice(at, at + size));
        said.push(secret.toString('latin1'));
        return usual;
      },
    };
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    const [secret = ''] = said;
    expect(secret).not.toBe('');
    const transcript = station.transcript.join('\n');
    expect(transcript).toContain('echo ');
    expect(transcript).toContain('[secret]');
    expect(findSecret(secret, 'transcript', transcript)).toEqual([]);
    expect(findSecret(secret, 'transcript', transcript.replace(/\s/g, ''))).toEqual([]);
  });
});
