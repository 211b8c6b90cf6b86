/** How the app starts, goes wrong, and ends. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { en } from '../../renderer/i18n/en.ts';
import { makeHome, NOBODY, processOf, spawnApp, startApp } from './support/app.ts';
import { findElectron, isRoot, whySkipped } from './support/binary.ts';
import { answer, KEEP_QUESTIONS, questionsOf } from './support/questions.ts';

const skipped = whySkipped();

describe.skipIf(skipped)(`the app${skipped ? ` (${skipped})` : ''}`, () => {
  it('is there once: a second start shows the first one and ends well', async () => {
    await using started = await startApp([]);
    await started.app.evaluate(({ app }) => {
      app.on('second-instance', () => Object.assign(globalThis, { wasCalled: true }));
    });
    const second = spawnElectron([], started.home);
    expect((await second.ended).status).toBe(0);
    await expect.poll(() => started.app.evaluate(() => 'wasCalled' in globalThis)).toBe(true);
    expect(await started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(
      await started.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()),
    ).toBe(true);
  });

  it('trains beside production, with a lock of its own', async () => {
    await using production = await startApp([]);
    await using training = await startApp(['--training', '--units', '1'], { home: production.home });
    await training.page.getByText('TRAINING').first().waitFor();
    expect(await production.page.evaluate(() => document.body.textContent?.includes('TRAINING'))).toBe(false);
  });

  it('names a wrong argument, file, line and field, and starts nothing', async () => {
    const home = freshHome();
    const order = join(home, 'order.yaml');
    writeFileSync(order, 'workOrder: X\nquantity: many\n');
    const wrong = [
      [['--work-order', join(home, 'none.yaml')], 'none.yaml'],
      [['--work-order', order], `${order}:2: quantity`],
      [['--ports', 'a,,b'], '--ports'],
      [['--ledger'], '--ledger'],
      [['--training', '--units', '65'], '--units'],
    ] as const;
    for (const [args, reason] of wrong) {
      const { status, output } = await spawnElectron(args, home).ended;
      expect(status, args.join(' ')).toBe(2);
      expect(output).toContain(reason);
    }
    expect(existsSync(ledgerOf(home))).toBe(false);
  });

  it('says why the station cannot start, in its window, and tries again when it is told to', async () => {
    const home = freshHome();
    const ledger = join(home, 'own.db');
    writeFileSync(ledger, 'this is not a ledger, whatever its name says');
    await using started = await startApp(['--ledger', ledger], { home, before: KEEP_QUESTIONS });
    await expect.poll(() => questionsOf(started.app), { timeout: 30_000 }).toHaveLength(1);
    const [question] = await questionsOf(started.app);
    expect(question?.detail).toContain('LEDGER_CORRUPT');
    await started.page.waitForSelector('main');
    await answer(started.app, 0);
    await expect.poll(() => questionsOf(started.app), { timeout: 30_000 }).toHaveLength(2);
    rmSync(ledger);
    await answer(started.app, 0);
    await started.page.waitForSelector('nav');
    process.kill(Number(await processOf(started.app, 'Keybench station')), 'SIGKILL');
    await started.page.getByText(en['lost.word'], { exact: true }).waitFor();
    await started.page.getByText(en['lost.word'], { exact: true }).waitFor({ state: 'detached' });
  });

  it('loads its page anew when it dies, and asks when it keeps dying', async () => {
    await using started = await startApp([], { before: KEEP_QUESTIONS });
    const { app } = started;
    const hasPage = () =>
      app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        if (contents === undefined || contents.isCrashed() || contents.isLoading()) return false;
        const late = new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, false));
        const asked = contents.executeJavaScript(
          `document.querySelector('nav') !== null`,
        ) as Promise<boolean>;
        return Promise.race([asked, late]);
      });
    const crash = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      );
    for (let deaths = 0; deaths < 3; deaths++) {
      await expect.poll(hasPage, { timeout: 30_000 }).toBe(true);
      await crash();
    }
    await expect.poll(hasPage, { timeout: 30_000 }).toBe(true);
    expect(await questionsOf(app)).toEqual([]);
    await crash();
    await expect.poll(() => questionsOf(app)).toHaveLength(1);
    await answer(app, 0);
    await expect.poll(hasPage, { timeout: 30_000 }).toBe(true);
  });

  it('takes its station and its units with it when it is killed', async () => {
    const home = freshHome();
    const started = await startApp(['--training', '--units', '2'], { home });
    await started.page.waitForSelector('nav');
    const pids = [
      await processOf(started.app, 'Keybench station'),
      await processOf(started.app, 'Keybench training'),
    ].map(Number);
    expect(pids.every(isAlive)).toBe(true);
    started.app.process().kill('SIGKILL');
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    await using again = await startApp(['--training', '--units', '1'], { home });
    await again.page.waitForSelector('nav');
  });

  it('leaves nothing of the training bench behind, though it is told twice to end', async () => {
    const home = freshHome();
    const started = await startApp(['--training', '--units', '2'], { home });
    await started.page.waitForSelector('nav');
    await expect.poll(() => trainingFiles(home)).not.toEqual([]);
    started.app.process().kill('SIGINT');
    started.app.process().kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(trainingFiles(home)).toEqual([]);
    expect(existsSync(ledgerOf(home))).toBe(false);
  });

  it('keeps no AccessKey where the system has no keystore, though it was asked to', async () => {
    await using started = await startApp([]);
    await started.page.waitForSelector('nav');
    const entered = await started.page.evaluate(() =>
      (
        window as unknown as { stationTransport: { request(asked: object): Promise<unknown> } }
      ).stationTransport.request({
        command: 'access.enter',
        input: { accessKeyId: 'some-key-id', accessKeySecret: 'some-secret', keep: true },
      }),
    );
    expect(entered).toMatchObject({ ok: true, output: { source: 'typed', canSeal: false } });
    expect(filesBelow(started.home).filter((name) => name.includes('access-key'))).toEqual([]);
  });

  it('listens on no address, and speaks to none, in production', async () => {
    const home = freshHome();
    const before = internetSockets();
    const { child, ended } = spawnElectron([], home);
    await expect.poll(() => existsSync(`${ledgerOf(home)}-wal`), { timeout: 60_000 }).toBe(true);
    const after = internetSockets();
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
    expect(after.filter((socket) => !before.includes(socket))).toEqual([]);
  });
});

function spawnElectron(args: readonly string[], home: string) {
  return spawnApp(findElectron()?.path ?? '', [inject('stage'), ...args], { home });
}

function freshHome(): string {
  const home = makeHome();
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

function ledgerOf(home: string): string {
  return join(home, '.local/share/keybench/keybench.db');
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' });
}

function trainingFiles(home: string): string[] {
  return readdirSync(home).filter((name) => name.startsWith('keybench-training'));
}

function isAlive(pid: number): boolean {
  const status = readOr(`/proc/${pid}/stat`, '');
  return status !== '' && !/\) Z /.test(status);
}

/** The sockets of the internet families of the user that the app runs as, by the system's own tables. */
function internetSockets(): string[] {
  const user = String(isRoot() ? NOBODY : process.getuid?.());
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readOr(`/proc/net/${table}`, '')
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/))
      .filter((row) => row[7] === user)
      .map((row) => `${table} ${row[1]} ${row[2]} ${row[9]}`),
  );
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
