/** `keybench profile`, from outside: the page's example against the page's transcript, and what is said where they part. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { start } from '../../support/keybench.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/profiles.md'), 'utf8');
const TRANSCRIPT = /```transcript\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

function files(profile = ACME_PROFILE, transcript = TRANSCRIPT): { profile: string; transcript: string } {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-profile-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const paths = { profile: join(dir, 'acme.yaml'), transcript: join(dir, 'talk.txt') };
  writeFileSync(paths.profile, profile);
  writeFileSync(paths.transcript, transcript);
  return paths;
}

const FILE = (name: string, other: string) => `  - id: cat
    send: cat
    expect:
      anyOf:
        - re: '(?P<${name}>\\{[^\\r\\n]*\\}\\r?\\n)> '
          capture: { ${name}: { remove: "\\r" } }
${other === '' ? '' : `        ${other}\n`}`;

const keybench = (...args: string[]) => start(['profile', ...args], { env: {} }).ended;

describe('keybench profile check', () => {
  it('says name, version and digest of a sound profile, also of one that ships', async () => {
    const { profile } = files();
    const own = await keybench('check', profile);
    expect(own.status).toBe(0);
    expect(own.stdout).toMatch(/acme\.yaml: acme-console version 3, SHA-256 [0-9a-f]{64}\n$/);
    for (const name of ['esp-at-sysmfg', 'linux-console', 'micropython', 'zephyr-settings']) {
      expect(await keybench('check', name), name).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('names file, line and column of every fault, with status 2', async () => {
    const { profile } = files(
      ACME_PROFILE.replace('version: 3', 'vresion: 3').replace('send: id', 'sned: id'),
    );
    const { status, stderr } = await keybench('check', profile);
    expect(status).toBe(2);
    expect(stderr).toContain(`${profile}:3:1 vresion: unknown key`);
    expect(stderr).toMatch(/acme\.yaml:\d+:5 identify\.0\.sned: unknown key/);
  });

  it('finds lines that are too long, and says that without verify no unit can pass', async () => {
    const short = files(ACME_PROFILE.replace('maxLine: 256', 'maxLine: 90'));
    expect(await keybench('check', short.profile)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/acme\.yaml:\d+:9 write\.put: line too long/),
    });
    const open = files(ACME_PROFILE.replace(/\nverify:[\s\S]*$/, '\n'));
    expect((await keybench('check', open.profile)).stdout).toContain('no unit can pass');
  });

  it('leaves open what only an order gives, and takes the secret by the name of its field where it is the only one', async () => {
    const pin = ACME_PROFILE.replace('record:\n', 'settings: { pin: { secret: true } }\nrecord:\n')
      .replace('send: ""\n', 'send: "{{pin|digits}}"\n')
      .replace('mqtt/pass: possession', 'mqtt/pass: password')
      .replace('- equal: [readBack, value]', '- equal: [readBack, field.mqtt/pass]');
    const talk = TRANSCRIPT.replace('== prepare\n>\n', '== prepare\n> 12345678\n');
    const { profile, transcript } = files(pin, talk.slice(0, talk.indexOf('== verify')));
    expect(await keybench('check', profile)).toMatchObject({ status: 0, stderr: '' });
    expect(await keybench('dry-run', profile, transcript)).toMatchObject({ status: 0 });
  });

  it('refuses a file that is not there, and arguments that it does not know', async () => {
    expect(await keybench('check', '/nowhere.yaml')).toMatchObject({ status: 2 });
    for (const args of [
      [],
      ['check'],
      ['dry-run', 'a'],
      ['check', 'a', 'b'],
      ['play', 'a'],
      ['check', '--now'],
    ]) {
      const { status, stderr } = await keybench(...args);
      expect(status, args.join(' ')).toBe(2);
      expect(stderr).toContain('keybench profile check FILE');
    }
  });
});

describe('keybench profile dry-run', () => {
  it('takes the page’s example through the page’s transcript', async () => {
    const { profile, transcript } = files();
    const { status, stdout } = await keybench('dry-run', profile, transcript);
    expect(stdout).toMatch(
      /identify: as recorded: hardware id A4CF12000001, model acme-sensor, firmware 2\.1\.0, blank/,
    );
    expect(stdout.match(/as recorded/g)).toHaveLength(5);
    expect(status).toBe(0);
  });

  it('need not be told how a line ends, also where a step has an end of its own', async () => {
    const { profile, transcript } = files(ACME_PROFILE.replace('send: id\n', 'send: id\n    eol: "\\r"\n'));
    expect(await keybench('dry-run', profile, transcript)).toMatchObject({ status: 0 });
  });

  it('lets the port go at the end of a restart that expects it', async () => {
    const lost = ACME_PROFILE.replace('{ lit: "ACME boot" }', '{ portLost: true }');
    const talk = TRANSCRIPT.replace('< ACME boot 2.1.0\\r\\n\n', '');
    const { profile, transcript } = files(lost, talk);
    const { status, stdout } = await keybench('dry-run', profile, transcript);
    expect(stdout).toMatch(/restart: as recorded\n/);
    expect(status).toBe(0);
  });

  it('takes a file that is read back as it is, or as a terminal prints it', async () => {
    const cat = ACME_PROFILE.replace('form: values', 'form: json')
      .replace(
        / {2}- each: field\n {4}steps:\n {6}- id: read[\s\S]*?(?=erase:)/,
        FILE('heldContent', '- lit: none'),
      )
      .replace(/ {2}- each: field\n {4}steps:\n {6}- id: put[\s\S]*?(?= {2}- id: sync)/, '')
      .replace(/ {2}- each: field\n {4}steps:\n {6}- id: compare[\s\S]*$/, FILE('readBack', ''))
      .replace(/$/, '    assert:\n      - equal: [readBack, record]\n')
      .replaceAll('mqtt/', 'mqtt_');
    for (const form of ['raw', 'tty']) {
      const talk = `== identify\n> id\n< id=A4:CF:12:00:00:01 fw=2.1.0\\r\\n>\\x20\n> cat\n< {{record|${form}}}> \n== verify\n> cat\n< {{record|${form}}}> \n`;
      const { profile, transcript } = files(cat, talk);
      const { status, stdout, stderr } = await keybench('dry-run', profile, transcript);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/identify: as recorded: .*, committed\n.*verify: as recorded\n$/);
      expect(status).toBe(0);
    }
  });

  it.each<[what: string, from: string, to: string, said: RegExp]>([
    [
      'a unit is not who it should be',
      '< id=A4:CF:12:00:00:01 fw=2.1.0',
      '< id=::::::::::::::::: fw=2.1.0',
      /talk\.txt:\d+ identify: UNIT_HARDWARE_ID_INVALID/,
    ],
    [
      'another line is sent',
      '> sync',
      '> sync now',
      /talk\.txt:21 write: the profile sends "sync\\r\\n", the recording has "sync now"/,
    ],
    [
      'an answer does not come',
      '< ACME boot 2.1.0\\r\\n',
      '< \\r\\n',
      /talk\.txt:25 restart: reboot: what it expects does not come/,
    ],
    [
      'an answer means a failure',
      '< [log] settings: 2 keys\\r\\nok',
      '< flash error\\r\\nok',
      /write: put: the answer means storage/,
    ],
    [
      'another value is read back',
      '< hex {{field.mqtt/pass|hex}}',
      '< hex 00',
      /verify: compare: what was read back differs/,
    ],
    [
      'more was recorded',
      '== restart',
      '> more\n== restart',
      /talk\.txt:23 write: the sequence has ended before this/,
    ],
  ])('says where the two part: %s', async (_, from, to, said) => {
    expect(TRANSCRIPT).toContain(from);
    const { profile, transcript } = files(
      ACME_PROFILE,
      TRANSCRIPT.replace(from, () => to),
    );
    const { status, stdout } = await keybench('dry-run', profile, transcript);
    expect(stdout).toMatch(said);
    expect(status).toBe(1);
  });

  it.each([
    ['== nothing\n', /talk\.txt:1 nothing is no sequence/],
    ['> id\n', /talk\.txt:1 stands before the first/],
    ['== identify\nid\n', /talk\.txt:2 begins with none of/],
    ['== identify\n> {{field.none|hex}}\n', /talk\.txt:2 field\.none has no value here/],
    ['== identify\n< \\q\n', /talk\.txt:2 \\q is no escape/],
    ['', /talk\.txt:1 has no == sequence/],
  ])('refuses the transcript %j', async (text, reason) => {
    const { profile, transcript } = files(ACME_PROFILE, text);
    const { status, stderr } = await keybench('dry-run', profile, transcript);
    expect(stderr).toMatch(reason);
    expect(status).toBe(2);
  });
});
