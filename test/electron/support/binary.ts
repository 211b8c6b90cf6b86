/**
 * Where a real Electron is, and what else its tests need; or in one sentence why they are skipped. Must not: require the
 * `electron` package, which may start a download.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

export interface ElectronBinary {
  /** The folder of the distribution. */
  readonly dist: string;
  readonly path: string;
}

/** `ELECTRON_OVERRIDE_DIST_PATH`, else what the electron package has fetched. */
export function findElectron(): ElectronBinary | undefined {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const fetched = join(ROOT, 'node_modules/electron');
  const marker = join(fetched, 'path.txt');
  const name = existsSync(marker) ? readFileSync(marker, 'utf8').trim() : 'electron';
  const dist = given ?? join(fetched, 'dist');
  const path = join(dist, name);
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? { dist, path } : undefined;
}

/** Why tests that drive the app cannot run here; undefined where they can. */
export function whySkipped(): string | undefined {
  if (process.platform !== 'linux') return 'driven on Linux only';
  if (findElectron() === undefined)
    return 'no Electron binary: set ELECTRON_OVERRIDE_DIST_PATH, or run `npx install-electron`';
  if (process.env.DISPLAY === undefined && !has('Xvfb', '-help'))
    return 'no display, and no Xvfb to make one: apt-get install xvfb';
  if (isRoot() && !has('setpriv', '--version'))
    return 'Electron does not run as root, and there is no setpriv to leave it';
  return undefined;
}

/** As above, for tests that need a keyring of Linux. */
export function whyNoKeyring(): string | undefined {
  const reason = whySkipped();
  if (reason !== undefined) return reason;
  const isThere = has('gnome-keyring-daemon', '--version') && has('dbus-run-session', '--version');
  return isThere ? undefined : 'no keyring: apt-get install gnome-keyring dbus-daemon';
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
}
