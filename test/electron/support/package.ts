/** Packs the app as `npm run dist` does, but into a folder, and reads the result: the archive's index and the fuses. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './binary.ts';

/** Electron's mark before its fuses (https://www.electronjs.org/docs/latest/tutorial/fuses). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the order of the first wire format. */
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

export interface PackOptions {
  readonly platform: 'linux' | 'win';
  readonly projectDir: string;
  /** An unpacked distribution of Electron, or what looks like one. */
  readonly electronDist: string;
  readonly out: string;
}

/** Gives the folder of the packed app. */
export function pack({ platform, projectDir, electronDist, out }: PackOptions): string {
  const builder = join(ROOT, 'node_modules/electron-builder/cli.js');
  const args = [builder, `--${platform}`, 'dir', '--publish', 'never', '--projectDir', projectDir];
  // The tools that sign and edit a Windows program would be fetched; the integrity and the fuses need none.
  const windows = platform === 'win' ? { 'win.signAndEditExecutable': false } : {};
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const given = {
    electronDist,
    electronVersion: devDependencies.electron,
    'directories.output': out,
    ...windows,
  };
  const overrides = Object.entries(given).map(([name, value]) => `-c.${name}=${value}`);
  const run = spawnSync(process.execPath, [...args, ...overrides], { cwd: projectDir, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
  return join(out, platform === 'linux' ? 'linux-unpacked' : 'win-unpacked');
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
}

/** Every file of an archive by its path, those that lie beside it included. */
export function listArchive(path: string): string[] {
  const file = openSync(path, 'r');
  try {
    const sizes = Buffer.alloc(16);
    readSync(file, sizes, 0, 16, 0);
    const json = Buffer.alloc(sizes.readUInt32LE(12));
    readSync(file, json, 0, json.length, 16);
    return pathsOf(JSON.parse(json.toString('utf8')) as Entry, '').sort();
  } finally {
    closeSync(file);
  }
}

function pathsOf({ files }: Entry, path: string): string[] {
  if (files === undefined) return [path];
  return Object.entries(files).flatMap(([name, entry]) =>
    pathsOf(entry, path === '' ? name : `${path}/${name}`),
  );
}

/** The fuses as they are in the binary; those beyond the known ones are left out. */
export function readFuses(path: string): Record<string, boolean> {
  const content = readFileSync(path);
  const at = content.indexOf(SENTINEL);
  if (at < 0) throw new Error(`${path} has no fuses`);
  const wire = content.subarray(at + SENTINEL.length);
  const [version, count = 0] = wire;
  if (version !== 1) throw new Error(`fuses of version ${version}`);
  const states = wire.subarray(2, 2 + Math.min(count, FUSES.length));
  return Object.fromEntries(FUSES.map((name, index) => [name, states[index] === '1'.charCodeAt(0)]));
}

/** What packing takes for a distribution where there is none: a program's first bytes, and all fuses the other way. */
export function stubDist(dir: string, platform: 'linux' | 'win'): string {
  mkdirSync(join(dir, 'resources'), { recursive: true });
  mkdirSync(join(dir, 'locales'));
  for (const name of ['en-US', 'zh-CN', 'de']) writeFileSync(join(dir, 'locales', `${name}.pak`), '');
  const fuses = Buffer.concat([Buffer.from(`${SENTINEL}\x01\x08`), Buffer.from('10110010')]);
  const program =
    platform === 'linux'
      ? Buffer.from('\x7fELF\x02\x01\x01', 'latin1')
      : readFileSync(join(ROOT, 'node_modules/electron-winstaller/vendor/rcedit.exe'));
  const name = platform === 'linux' ? 'electron' : 'electron.exe';
  writeFileSync(join(dir, name), Buffer.concat([program, fuses]), { mode: 0o755 });
  return dir;
}
