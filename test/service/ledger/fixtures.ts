/** What the ledger's tests stand on: a folder and a ledger of their own, and another process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { type LedgerOptions, openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';

/** A folder that goes when the test has ended. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-ledger-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An open ledger that is closed when the test has ended. */
export async function tempLedger(options: Partial<LedgerOptions> = {}): Promise<SqlLedger> {
  const ledger = await openLedger({ path: join(tempDir(), 'keybench.db'), mode: 'write', ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

const ROOT = resolve(import.meta.dirname, '../../..');
/** Inside the project, so that the bundle finds the packages that it leaves out. */
const BUNDLE_DIR = join(ROOT, 'node_modules/.cache/keybench-test');

/** Bundles the other process as the product is bundled: CommonJS, with the native package outside. */
export async function buildChild(): Promise<string> {
  const outDir = join(BUNDLE_DIR, `ledger-${process.pid}`);
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { child: resolve(import.meta.dirname, 'child.ts') },
        external: [/^node:/, '@photostructure/sqlite'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  return join(outDir, 'child.cjs');
}

export function removeChild(script: string): void {
  rmSync(resolve(script, '..'), { recursive: true, force: true });
}

export interface Child {
  readonly process: ChildProcess;
  /** What it has said so far, one object per line. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the first line; rejects where it ends without one. */
  readonly firstLine: Promise<Readonly<Record<string, unknown>>>;
  /** Resolves when it has ended and everything that it said was read. */
  readonly ended: Promise<void>;
}

/** Starts the other process; it is killed when the test has ended. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  const ended = Promise.all([once(reader, 'close'), once(child, 'exit')]).then(() => undefined);
  const firstLine = Promise.race([once(reader, 'line'), ended]).then(() => {
    const [line] = lines;
    if (line === undefined) throw new Error('the other process ended without a word');
    return line;
  });
  return { process: child, lines, firstLine, ended };
}
