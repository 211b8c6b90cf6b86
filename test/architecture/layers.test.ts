/** Proves that imports point one way, and that the proof looked at something. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What each layer may import, beside itself. `type:` marks a layer of which only types may be taken. */
const ALLOWED: Record<string, readonly string[]> = {
  'electron/domain': [],
  'electron/contract': ['electron/domain', 'npm:zod'],
  'electron/station': ['electron/domain', 'electron/contract', 'node'],
  'electron/cloud': [
    'electron/domain',
    'type:electron/station',
    'node',
    'npm:@alicloud/openapi-client',
    'npm:@alicloud/tea-util',
  ],
  'electron/serial': ['electron/domain', 'type:electron/station', 'node', 'npm:serialport'],
  'electron/devices': [
    'electron/domain',
    'type:electron/station',
    'node',
    'npm:cborg',
    'npm:esptool-js',
    'npm:re2js',
    'npm:yaml',
    'npm:zod',
  ],
  'electron/ledger': [
    'electron/domain',
    'type:electron/station',
    'node',
    'npm:kysely',
    'npm:@photostructure/sqlite',
  ],
  'electron/simulator': [
    'electron/domain',
    'type:electron/station',
    'electron/devices',
    'node',
    'npm:@lydell/node-pty',
    'npm:aedes',
    'npm:mqtt',
    'npm:cborg',
  ],
  'electron/hosts': [
    'electron/domain',
    'electron/contract',
    'electron/station',
    'electron/cloud',
    'electron/serial',
    'electron/devices',
    'electron/ledger',
    'electron/simulator',
    'node',
    'npm:yaml',
    'npm:zod',
    'npm:ws',
  ],
  'electron/preload': ['type:electron/contract', 'npm:electron'],
  'electron/main': [
    'electron/domain',
    'electron/contract',
    'electron/hosts',
    'electron/preload',
    'node',
    'npm:electron',
    'npm:zod',
  ],
  renderer: [
    'electron/contract',
    'type:electron/domain',
    'npm:react',
    'npm:react-dom',
    'npm:react-aria-components',
    'npm:@fontsource-variable/inter',
  ],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|require\(\s*['"]([^'"]+)['"]\s*\)/g;

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function filesOf(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.config.ts') ? [path] : [];
  });
}

function importsOf(layer: string, path: string, text = readFileSync(path, 'utf8')): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const from = match[2] ?? match[3] ?? match[4] ?? '';
    return {
      file: relative(root, path),
      layer,
      target: targetOf(path, from),
      typeOnly: match[1] !== undefined,
    };
  });
}

function targetOf(path: string, from: string): string {
  if (from.startsWith('node:')) return 'node';
  if (!from.startsWith('.'))
    return `npm:${from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]}`;
  const [top = '', folder = ''] = relative(root, resolve(dirname(path), from)).split('/');
  return top === 'renderer' ? top : `${top}/${folder}`;
}

function isAllowed({ layer, target, typeOnly }: Import): boolean {
  const allowed = ALLOWED[layer] ?? [];
  return target === layer || allowed.includes(target) || (typeOnly && allowed.includes(`type:${target}`));
}

const layers = Object.keys(ALLOWED);
const imports = layers.flatMap((layer) =>
  filesOf(join(root, layer)).flatMap((path) => importsOf(layer, path)),
);

describe('layers', () => {
  it('are looked at, every one', () => {
    for (const layer of layers) expect(filesOf(join(root, layer)).length, layer).toBeGreaterThan(0);
    expect(imports.length).toBeGreaterThan(50);
  });

  it('import one way', () => {
    expect(imports.filter((entry) => !isAllowed(entry))).toEqual([]);
  });

  it('would notice a wrong import', () => {
    const planted = importsOf(
      'electron/domain',
      join(root, 'electron/domain/x.ts'),
      `import { open } from 'node:fs';\n`,
    );
    expect(planted.map(isAllowed)).toEqual([false]);
    const upward = importsOf(
      'electron/cloud',
      join(root, 'electron/cloud/x.ts'),
      `import { Station } from '../station/station.ts';\n`,
    );
    expect(upward.map(isAllowed)).toEqual([false]);
  });

  it('cover every folder of electron/', () => {
    const folders = readdirSync(join(root, 'electron'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `electron/${entry.name}`);
    expect(folders.filter((folder) => !(folder in ALLOWED))).toEqual([]);
  });
});

describe('files', () => {
  it('stay under 250 lines', () => {
    const long = layers
      .flatMap((layer) => filesOf(join(root, layer)))
      .map((path) => [relative(root, path), readFileSync(path, 'utf8').split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 250);
    expect(long).toEqual([]);
  });

  it('open with what they are for', () => {
    const bare = layers
      .flatMap((layer) => filesOf(join(root, layer)))
      .filter((path) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(path, 'utf8')))
      .map((path) => relative(root, path));
    expect(bare).toEqual([]);
  });

  it('reveal a secret only where a record is built, a request is signed or a proof is checked', () => {
    const revealing = layers
      .flatMap((layer) => filesOf(join(root, layer)))
      .filter((path) => readFileSync(path, 'utf8').includes('.reveal()'))
      .map((path) => relative(root, path))
      .sort();
    for (const file of revealing) {
      expect(file).toMatch(/^electron\/(devices\/|cloud\/openapi-call|simulator\/|domain\/secret)/);
    }
  });
});
