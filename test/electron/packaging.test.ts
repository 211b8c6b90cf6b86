/**
 * What is in a package and how its binary is fused; and, with a real binary, that the packed station works. Without one a
 * stand-in is packed, so that content and fuses are tested everywhere.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFloor } from '../support/floor.ts';
import { ACCESS_ENV } from '../support/keybench.ts';
import { makeHome, openToApp, spawnApp } from './support/app.ts';
import { findElectron, ROOT, whySkipped } from './support/binary.ts';
import { listArchive, pack, readFuses, stubDist } from './support/package.ts';
import { openDir, packagesOf, stageApp } from './support/stage.ts';

const skipped = whySkipped();

const FUSED = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

/** All that a package may hold of ours; a new kind of file is a decision. */
const OWN = [
  /^package\.json$/,
  /^dist\/(cli|main|station|training)\.js$/,
  /^dist\/preload\.cjs$/,
  /^dist\/icon\.png$/,
  /^dist\/licenses\.md$/,
  /^dist\/chunks\/[\w.-]+\.js$/,
  /^dist\/renderer\/(index\.html|licenses\.md)$/,
  /^dist\/renderer\/assets\/[\w.-]+\.(js|css|woff2|svg)$/,
];
const THEIRS = /^node_modules\/.+(\.(js|cjs|mjs|json|node)|\/(LICENSE|license)(\.\w+)?)$/;
const BUNDLED = [
  'dist/main.js',
  'dist/station.js',
  'dist/training.js',
  'dist/preload.cjs',
  'dist/renderer/index.html',
];

let out: string;
beforeAll(() => {
  out = openDir(mkdtempSync(join(tmpdir(), 'keybench-package-')));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('the package for Linux', () => {
  let dir: string;
  let files: readonly string[];
  const native = `linux-${process.arch}`;

  beforeAll(() => {
    const electronDist = findElectron()?.dist ?? stubDist(join(out, 'stub-linux'), 'linux');
    dir = pack({ platform: 'linux', projectDir: ROOT, electronDist, out: join(out, 'linux') });
    files = listArchive(join(dir, 'resources/app.asar'));
  });

  it('holds the built app and the packages that cannot be bundled, and nothing else', () => {
    expect(files).toEqual(expect.arrayContaining(BUNDLED));
    const others = files.filter((file) => !OWN.some((known) => known.test(file)) && !THEIRS.test(file));
    expect(others).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const known = [...packagesOf(manifest)].filter((name) => name !== 'node-addon-api');
    expect(packagesIn(files)).toEqual(known.sort());
  });

  it('holds native files for Linux alone, and beside the archive', () => {
    const expected = [
      `node_modules/@lydell/node-pty-${native}/pty.node`,
      `node_modules/@photostructure/sqlite/prebuilds/${native}/@photostructure+sqlite.glibc.node`,
      `node_modules/@serialport/bindings-cpp/prebuilds/${native}/@serialport+bindings-cpp.glibc.node`,
    ];
    expect(files.filter((file) => file.endsWith('.node'))).toEqual(expected);
    for (const file of expected)
      expect(existsSync(join(dir, 'resources/app.asar.unpacked', file)), file).toBe(true);
  });

  it('carries the licences of what is in it', () => {
    expect(files).toContain('node_modules/ms/license.md');
    expect(files).toContain('node_modules/serialport/LICENSE');
    expect(readFileSync(join(dir, 'resources/LICENSE'), 'utf8')).toContain('Keybench');
  });

  it('speaks two languages', () => {
    const locales = readdirSync(join(dir, 'locales')).filter((name) => !name.startsWith('en'));
    expect(locales).toEqual(['zh-CN.pak']);
  });

  it('is fused: no Node, no debugger, nothing but its own archive', () => {
    expect(readFuses(join(dir, 'keybench'))).toEqual(FUSED);
  });

  describe.skipIf(skipped)(`started${skipped ? ` (${skipped})` : ''}`, () => {
    it('brings a unit to PASS', async () => {
      const floor = await createFloor();
      const only = await floor.unit();
      const args = ['--ports', openToApp(only), '--work-order', floor.order()];
      const home = freshHome();
      const { child, ended } = spawnApp(join(dir, 'keybench'), args, { home, env: ACCESS_ENV });
      await expect.poll(() => only.unit.received.includes('prove'), { timeout: 60_000 }).toBe(true);
      child.kill('SIGTERM');
      expect((await ended).status).toBe(0);
      expect(only.unit.record?.cid).toBe(`GID_sensor@@@${only.unit.hardwareId}`);
    });

    it.each(['--remote-debugging-port=0', '--remote-debugging-pipe', '--disable-web-security'])(
      'refuses to start with %s',
      async (given) => {
        const { status, output } = await spawnApp(join(dir, 'keybench'), [given], { home: freshHome() })
          .ended;
        expect(status).toBe(2);
        expect(output).toContain(`${given.split('=')[0]}: not taken by an installed Keybench`);
        expect(output).not.toContain('DevTools listening');
      },
    );

    it('is no Node for whoever asks it to be one', async () => {
      const env = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--require=/nowhere.js' };
      const args = ['-e', 'process.stdout.write("ran")', '--remote-debugging-port=0'];
      const { output } = await spawnApp(join(dir, 'keybench'), args, { home: freshHome(), env }).ended;
      expect(output).toContain('not taken by an installed Keybench');
    });
  });
});

describe('the package for Windows', () => {
  it('holds native files for Windows alone, whichever system built it', () => {
    const electronDist = stubDist(join(out, 'stub-win'), 'win');
    const dir = pack({ platform: 'win', projectDir: ROOT, electronDist, out: join(out, 'win') });
    const files = listArchive(join(dir, 'resources/app.asar'));
    expect(files).toEqual(expect.arrayContaining(BUNDLED));
    expect(files.filter((file) => file.endsWith('.node'))).toEqual([
      'node_modules/@photostructure/sqlite/prebuilds/win32-x64/@photostructure+sqlite.glibc.node',
      'node_modules/@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node',
    ]);
    expect(files.filter((file) => !OWN.some((known) => known.test(file)) && !THEIRS.test(file))).toEqual([]);
    expect(readFuses(join(dir, 'Keybench.exe'))).toEqual(FUSED);
  });
});

describe.skipIf(skipped)(`a packed app that was built to be driven${skipped ? ` (${skipped})` : ''}`, () => {
  it('shows the board of the training bench, with units that pass', async () => {
    const projectDir = stageApp({ isDriven: true });
    onTestFinished(() => rmSync(projectDir, { recursive: true, force: true }));
    const electronDist = findElectron()?.dist ?? '';
    const dir = pack({ platform: 'linux', projectDir, electronDist, out: join(out, 'driven') });
    const args = ['--training', '--units', '2', '--remote-debugging-port=0'];
    const { child, ended } = spawnApp(join(dir, 'keybench'), args, { home: freshHome() });
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr?.on('data', (data) => {
        const found = /DevTools listening on (ws:\S+)/.exec(String(data));
        if (found?.[1] !== undefined) resolve(found[1]);
      });
      void ended.then(({ output }) => reject(new Error(output)));
    });
    const browser = await chromium.connectOverCDP(address, { timeout: 120_000 });
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error('the app has no page');
    await page.getByText('PASS', { exact: true }).first().waitFor({ timeout: 90_000 });
    expect(page.url()).toBe('app://station/');
    expect(await page.evaluate(() => ['process', 'require'].filter((name) => name in window))).toEqual([]);
    await browser.close();
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  });
});

function freshHome(): string {
  const home = makeHome();
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** The packages at the top of node_modules. */
function packagesIn(files: readonly string[]): string[] {
  const names = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}
