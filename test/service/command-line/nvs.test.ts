/** `keybench nvs`: images made and read by hand, from the built command line. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findSecret } from '../../support/canary.ts';
import { keybench } from '../../support/keybench.ts';

const SAMPLES = resolve(import.meta.dirname, '../../support/nvs');
const HEADER = 'key,type,encoding,value\n';
const SECRET = 'cAnArY0123456789aBcDeFgH';
const OURS = `${HEADER}keybench,namespace,,\ncid,data,string,GID@@@1\nport,data,u16,8883\npw,data,string,${SECRET}\n`;

function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-nvs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return (name: string, text?: string | Buffer) => {
    const path = join(dir, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  };
}

describe('nvs encode', () => {
  it.each(['g1_short', 'g2_str200'])('makes of %s what the official generator makes', async (name) => {
    const file = folder();
    const out = file('out.bin');
    const ended = await keybench(['nvs', 'encode', join(SAMPLES, `${name}.csv`), out, '--size', '0x6000']);
    expect(ended.status).toBe(0);
    expect(ended.stdout).toBe('');
    expect(readFileSync(out).equals(readFileSync(join(SAMPLES, `${name}.bin`)))).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it('takes the size in decimal too, and finds files beside the CSV', async () => {
    const file = folder();
    file('ca.der', Buffer.from([1, 2, 3]));
    const csv = file('in.csv', `${HEADER}tls,namespace,,\nca,file,binary,ca.der\n`);
    const ended = await keybench(['nvs', 'encode', csv, file('out.bin'), '--size', '12288']);
    expect(ended.status).toBe(0);
    expect(readFileSync(file('out.bin'))).toHaveLength(12288);
    const dumped = await keybench(['nvs', 'dump', file('out.bin'), '--json']);
    expect(JSON.parse(dumped.stdout).items).toEqual([
      { namespace: 'tls', namespaceIndex: 1, key: 'ca', type: 'blob', length: 3, hex: '010203' },
    ]);
  });

  it('replaces a file in one step, and says so', async () => {
    const file = folder();
    const out = file('out.bin', 'before');
    chmodSync(out, 0o644);
    const csv = file('in.csv', OURS);
    const ended = await keybench(['nvs', 'encode', csv, out, '--size', '0x3000']);
    expect(ended.stderr).toContain('the file was replaced');
    expect(ended.status).toBe(0);
    expect(readFileSync(out)).toHaveLength(0x3000);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readdirSync(file('.')).sort()).toEqual(['in.csv', 'out.bin']);
  });

  it.each([
    [
      'a string that is too long',
      `s,data,string,${SECRET.repeat(170)}`,
      /in\.csv: line 3: namespace n: key s: a string of 4080 bytes/,
    ],
    ['a number out of range', 'a,data,u8,777', /in\.csv: line 3: .*range of u8/],
    ['a file that is not there', 'a,file,binary,nowhere.bin', /in\.csv: line 3: .*cannot be read \(ENOENT\)/],
    [
      'too much',
      Array.from({ length: 9 }, (_, at) => `k${at},data,string,${'x'.repeat(2000)}`).join('\n'),
      /in\.csv: 9 pages are needed, 2 can be used/,
    ],
  ])('refuses %s with its line, and leaves OUT as it was', async (_, rows, message) => {
    const file = folder();
    const csv = file('in.csv', `${HEADER}n,namespace,,\n${rows}\n`);
    const out = file('out.bin', 'before');
    const ended = await keybench(['nvs', 'encode', csv, out, '--size', '0x3000']);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/777|cAnArY/);
    expect(ended.status).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('before');
    expect(readdirSync(file('.')).sort()).toEqual(['in.csv', 'out.bin']);
  });

  it('does not write over its CSV, a folder, or into one that is not there', async () => {
    const file = folder();
    const csv = file('in.csv', OURS);
    mkdirSync(file('dir'));
    for (const [out, message] of [
      [csv, /is the CSV file itself/],
      [file('dir'), /is no plain file/],
      [file('none/out.bin'), /cannot be written/],
    ] as const) {
      const ended = await keybench(['nvs', 'encode', csv, out, '--size', '0x3000']);
      expect(ended.stderr).toMatch(message);
      expect(ended.status).toBe(2);
    }
    expect(readFileSync(csv, 'utf8')).toBe(OURS);
    expect(existsSync(file('none'))).toBe(false);
  });

  it.each([
    [['nvs'], /encode or dump is missing/],
    [['nvs', 'decode'], /unknown command: nvs decode/],
    [['nvs', 'encode', 'a.csv', '--size', '0x3000'], /OUT is missing/],
    [['nvs', 'encode', 'a.csv', 'b.bin'], /--size is missing/],
    [['nvs', 'encode', 'a.csv', 'b.bin', '--size', '0x2000'], /--size: .*not 0x2000/],
    [['nvs', 'encode', 'a.csv', 'b.bin', '--size', '0x3001'], /--size: .*not 0x3001/],
    [['nvs', 'encode', 'a.csv', 'b.bin', '--size', '24k'], /--size: .*not 24k/],
    [['nvs', 'encode', 'a.csv', 'b.bin', 'c', '--size', '0x3000'], /c is one argument too many/],
    [['nvs', 'encode', '/nowhere/a.csv', 'b.bin', '--size', '0x3000'], /\/nowhere\/a\.csv: cannot be read/],
    [['nvs', 'dump'], /IMAGE is missing/],
    [['nvs', 'dump', 'x', '--yaml'], /--yaml/],
    [['nvs', 'dump', '/nowhere/x.bin'], /\/nowhere\/x\.bin: cannot be read/],
  ])('%j', async (args, message) => {
    const ended = await keybench(args);
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(ended.stdout).toBe('');
  });

  it('is in the help', async () => {
    const { stdout, status } = await keybench(['--help']);
    expect(stdout).toContain('keybench nvs encode CSV OUT --size BYTES\nkeybench nvs dump IMAGE [--json]\n');
    expect(status).toBe(0);
  });
});

describe('nvs dump', () => {
  it('lists pages, namespaces, keys, types and values', async () => {
    const ended = await keybench(['nvs', 'dump', join(SAMPLES, 'g1_short.bin')]);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toBe('');
    expect(ended.stdout.split('\n')).toEqual([
      'page 0  active  sequence 0  version 2  21 written, 0 erased',
      ...[1, 2, 3, 4, 5].map((page) => `page ${page}  blank`),
      'namespace mqtt (1)',
      '  host             string   "broker.example.com"',
      '  port             u16      8883',
      '  client_id        string   "GID_Factory@@@dev-000001"',
      '  username         string   "DeviceCredential|DC.aBcDeF|inst-01"',
      '  password         string   "s3cr3t-Pa55"',
      '  tls              u8       1',
      '  fw               i32      -42',
      '  serial           u64      12345678901234567',
      '  empty            string   ""',
      '  utf8             string   "测试é"',
      'namespace device (2)',
      '  sn               string   "SN0001"',
      '',
    ]);
  });

  it('shows of our namespace only lengths, in both forms', async () => {
    const file = folder();
    await keybench(['nvs', 'encode', file('in.csv', OURS), file('out.bin'), '--size', '0x3000']);
    const plain = await keybench(['nvs', 'dump', file('out.bin')]);
    expect(plain.stdout).toContain('  pw               string   24 bytes\n');
    expect(plain.stdout).toContain('  port             u16      2 bytes\n');
    const json = await keybench(['nvs', 'dump', file('out.bin'), '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      size: 0x3000,
      namespaces: [{ name: 'keybench', index: 1 }],
      findings: [],
    });
    expect(JSON.parse(json.stdout).items).toEqual([
      { namespace: 'keybench', namespaceIndex: 1, key: 'cid', type: 'string', length: 7 },
      { namespace: 'keybench', namespaceIndex: 1, key: 'port', type: 'u16', length: 2 },
      { namespace: 'keybench', namespaceIndex: 1, key: 'pw', type: 'string', length: 24 },
    ]);
    for (const text of [plain.stdout, plain.stderr, json.stdout, json.stderr]) {
      expect(findSecret(SECRET, 'output', text)).toEqual([]);
    }
  });

  it('shows no value either where a cut write left our values without their namespace', async () => {
    const file = folder();
    await keybench(['nvs', 'encode', file('in.csv', OURS), file('out.bin'), '--size', '0x3000']);
    const image = readFileSync(file('out.bin'));
    image.writeUInt8(0, 64 + 24);
    writeFileSync(file('out.bin'), image);
    const { stdout, stderr, status } = await keybench(['nvs', 'dump', file('out.bin')]);
    expect(status).toBe(0);
    expect(stdout).toContain('namespace without a name (1)\n');
    expect(stderr).toContain('page 0, entry 0: the checksum of an entry is wrong, ignored');
    expect(findSecret(SECRET, 'output', stdout + stderr)).toEqual([]);
  });

  it('does not let a key or a value steer the terminal', async () => {
    const file = folder();
    const csv = file('in.csv', `${HEADER}n,namespace,,\nk,data,string,a\u001b[31mb\u009bc\n`);
    await keybench(['nvs', 'encode', csv, file('out.bin'), '--size', '0x3000']);
    const { stdout } = await keybench(['nvs', 'dump', file('out.bin')]);
    expect(stdout).toContain('"a\\u001b[31mb?c"');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    ['half a page', Buffer.alloc(2048, 0xff), /not a whole number of pages/],
    ['something else', Buffer.alloc(0x3000, 'text'), /not an NVS partition/],
  ])('ends with 2 for %s', async (_, content, message) => {
    const file = folder();
    const ended = await keybench(['nvs', 'dump', file('x.bin', content), '--json']);
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(JSON.parse(ended.stdout).unreadable).toBeTypeOf('string');
  });
});
