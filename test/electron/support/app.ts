/**
 * The app as a process of its own, driven by Playwright; as an unprivileged user where the tests run as root. Each start has a
 * home of its own, so that none sees another's lock, ledger or settings.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { inject } from 'vitest';
import type { Push, Reply, Transport } from '../../../electron/contract/envelope.ts';
import type { FloorUnit } from '../../support/floor.ts';
import { findElectron, isRoot } from './binary.ts';

/** Who the app runs as where the tests run as root. */
export const NOBODY = 65_534;

export interface StartOptions {
  /** A home that was used before. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run before the app's own entry, in its main process. */
  readonly before?: string;
  /** In a session of its own with a GNOME keyring that is unlocked; to be ended through the app. */
  readonly hasKeyring?: boolean;
}

export interface StartedApp extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What it wrote to standard output and error. */
  output(): string;
  /** Resolves with the status; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** A folder that the app may write to. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'keybench-home-'));
  mkdirSync(join(home, 'bin'));
  if (isRoot()) for (const dir of [home, join(home, 'bin')]) chownSync(dir, NOBODY, NOBODY);
  return home;
}

/** Starts the staged app with a page in its window. Closed, and its home removed, at the end of its scope. */
export async function startApp(args: readonly string[], options: StartOptions = {}): Promise<StartedApp> {
  const home = options.home ?? makeHome();
  const before = options.before === undefined ? [] : ['-r', writeModule(home, options.before)];
  const app = await launch({
    executablePath: options.hasKeyring === true ? keyringSession(home) : wrapper(home),
    args: [
      ...before,
      inject('stage'),
      ...args,
      ...(options.hasKeyring === true ? KEYRING_SWITCHES : SWITCHES),
    ],
    env: environment(home, options.env),
    chromiumSandbox: true,
  });
  const child = app.process();
  const heard = collect(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const page = await app.firstWindow();
  return {
    app,
    page,
    home,
    output: heard,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
      await app.close().catch(() => undefined);
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

type LaunchOptions = NonNullable<Parameters<typeof _electron.launch>[0]>;

/**
 * Playwright holds the app back until it has attached, and now and then, on a busy machine, does not see that it has: the app
 * then waits for ever. Tried anew; an app that does not start by itself fails each time.
 */
async function launch(options: LaunchOptions): Promise<ElectronApplication> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await _electron.launch({ ...options, timeout: 30_000 });
    } catch (error) {
      if (tries === 3 || !(error instanceof Error && error.name === 'TimeoutError')) throw error;
      process.stderr.write(`the app was not attached to in time (${tries})\n`);
    }
  }
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
}

/** Any program of the app's, without driving it: the Electron binary over the staged app, or a packed app. */
export function spawnApp(path: string, args: readonly string[], options: StartOptions): Spawned {
  const home = options.home ?? makeHome();
  const child = spawn(wrapper(home, path), [...args, ...SWITCHES], {
    env: environment(home, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const heard = collect(child);
  const late = setTimeout(() => child.kill('SIGKILL'), 100_000);
  const ended = new Promise<{ status: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(late);
      resolve({ status, output: heard() });
    });
  });
  return { child, ended };
}

/** No keyring of whoever runs the tests, and no graphics card. */
const SWITCHES = ['--password-store=basic', '--disable-gpu'];

const KEYRING_SWITCHES = ['--password-store=gnome-libsecret', '--disable-gpu'];

function environment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', DISPLAY = '' } = process.env;
  return {
    PATH,
    DISPLAY,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    ...more,
  };
}

function collect(child: ChildProcess): () => string {
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => parts.push(String(data)));
  return () => parts.join('');
}

/** A program that leaves root before it becomes Electron; Playwright gives arguments to nothing but one program. */
function wrapper(home: string, path = findElectron()?.path ?? ''): string {
  if (!isRoot()) return path;
  const file = join(home, 'bin', 'app');
  const leave = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups`;
  writeFileSync(file, `#!/bin/sh\nexec ${leave} "${path}" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

function keyringSession(home: string): string {
  const file = join(home, 'bin', 'session');
  const unlock = 'printf any | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1';
  const inner = join(home, 'bin', 'unlocked');
  writeFileSync(inner, `#!/bin/sh\n${unlock}\nexec "${findElectron()?.path}" "$@"\n`);
  chmodSync(inner, 0o755);
  const leave = isRoot() ? `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups` : '';
  const session = 'env -u DBUS_SESSION_BUS_ADDRESS dbus-run-session --';
  writeFileSync(file, `#!/bin/sh\nexec ${leave} ${session} "${inner}" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

function writeModule(home: string, text: string): string {
  const file = join(home, 'before.cjs');
  writeFileSync(file, text);
  chmodSync(file, 0o644);
  return file;
}

/** Lets the app open the unit's port, which belongs to whoever made it. To be repeated when the unit was plugged in anew. */
export function openToApp({ line }: FloorUnit): string {
  chmodSync(realpathSync(line.path), 0o666);
  chmodSync(join(line.path, '..'), 0o755);
  return line.path;
}

/** The page's own way to the station, from the test. `subscribe` hears from the moment that `connectPage` resolves. */
export async function connectPage(page: Page): Promise<Transport> {
  const listeners = new Set<(push: Push) => void>();
  const name = `heard${Math.random().toString(36).slice(2)}`;
  await page.exposeFunction(name, (push: Push) => {
    for (const listener of listeners) listener(push);
  });
  await page.evaluate((heard) => {
    const given = window as unknown as Record<string, (push: unknown) => void> & {
      stationTransport: Transport;
    };
    given.stationTransport.subscribe((push) => given[heard]?.(push));
  }, name);
  return {
    request: (request): Promise<Reply> =>
      page.evaluate(
        (asked) => (window as unknown as { stationTransport: Transport }).stationTransport.request(asked),
        request,
      ) as Promise<Reply>,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The process id of one of the app's processes, by the name that the app gives it. */
export async function processOf(app: ElectronApplication, name: string): Promise<number | undefined> {
  const metrics = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map(({ pid, name: own, type }) => ({ pid, name: own ?? type })),
  );
  return metrics.find((entry) => entry.name === name)?.pid;
}
