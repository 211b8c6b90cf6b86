/**
 * A copy of the built app where any user can read it: dist/, package.json and the packages that are not bundled. Electron
 * refuses to run as root, and an unprivileged user may not be able to enter the checkout.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './binary.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Builds into a new folder below the system's temporary one and gives its path; `isDriven`: it may be driven when packed. */
export function stageApp({ isDriven }: { readonly isDriven: boolean }): string {
  const dir = openDir(mkdtempSync(join(tmpdir(), 'keybench-app-')));
  const env = { ...process.env, KEYBENCH_DIST: join(dir, 'dist'), KEYBENCH_E2E: isDriven ? '1' : '0' };
  const { status, stderr } = spawnSync(process.execPath, ['electron/build.mjs'], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
  const { devDependencies: _without, ...manifest } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest));
  for (const name of packagesOf(manifest)) {
    const from = join(ROOT, 'node_modules', name);
    cpSync(from, join(dir, 'node_modules', name), { recursive: true });
  }
  for (const file of ['LICENSE', 'electron-builder.yml', 'electron/main/resources'])
    cpSync(join(ROOT, file), join(dir, file), { recursive: true });
  return dir;
}

/** Its dependencies and theirs, as far as they are installed here. */
export function packagesOf(manifest: Manifest, known = new Set<string>()): ReadonlySet<string> {
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const path = join(ROOT, 'node_modules', name, 'package.json');
    if (known.has(name) || !existsSync(path)) continue;
    known.add(name);
    packagesOf(JSON.parse(readFileSync(path, 'utf8')) as Manifest, known);
  }
  return known;
}

/** A folder that every user may enter. */
export function openDir(dir: string): string {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
  return dir;
}
