/** The built command line as a process of its own, with its JSON lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
export const ACCESS_ENV = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'test-key',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'test-secret',
};

export type JsonLine = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Ended {
  /** null where a signal ended it. */
  readonly status: number | null;
  readonly lines: readonly JsonLine[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly lines: readonly JsonLine[];
  readonly ended: Promise<Ended>;
  /** Resolves when a line that fits has been printed; rejects if the process ends before. */
  line(fits: (line: JsonLine) => boolean): Promise<JsonLine>;
  /** The address that `serve` and `train` print. */
  readonly url: Promise<string>;
}

/** Starts `keybench ARGS`; killed when the test ends, or after `timeoutMs`. `stdout`: a file that is open for writing. */
export function start(
  args: readonly string[],
  {
    env = ACCESS_ENV as NodeJS.ProcessEnv,
    timeoutMs = 60_000,
    stdout: output = 'pipe' as 'pipe' | number,
  } = {},
): Running {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH, HOME, LANG: 'C', ...env },
    stdio: ['ignore', output, 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const lines: JsonLine[] = [];
  let foundUrl: (url: string) => void = () => undefined;
  let noUrl: (why: Error) => void = () => undefined;
  const url = new Promise<string>((resolve, reject) => {
    foundUrl = resolve;
    noUrl = reject;
  });
  url.catch(() => undefined);
  const waiting: {
    fits: (line: JsonLine) => boolean;
    found: (line: JsonLine) => void;
    failed: (e: Error) => void;
  }[] = [];
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const address = /^\{"url":\s*"([^"]+)"\}$/.exec(part)?.[1];
      if (address !== undefined) foundUrl(address);
      const line = asEvent(part);
      if (line === undefined) continue;
      lines.push(line);
      for (const waiter of waiting) if (waiter.fits(line)) waiter.found(line);
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => {
      clearTimeout(timer);
      noUrl(new Error(`keybench ended (${status}) before it gave its address\n${stderr}`));
      for (const waiter of waiting)
        waiter.failed(new Error(`keybench ended (${status}) before the line came\n${stderr}`));
      resolve({ status, lines, stdout, stderr });
    });
  });
  try {
    onTestFinished(() => void child.kill('SIGKILL'));
  } catch {
    // Not inside a test: the caller ends it.
  }
  return {
    child,
    lines,
    ended,
    url,
    line: (fits) => {
      const already = lines.find(fits);
      if (already !== undefined) return Promise.resolve(already);
      return new Promise((found, failed) => waiting.push({ fits, found, failed }));
    },
  };
}

/** Commands that print something else than events print no lines for us. */
function asEvent(text: string): JsonLine | undefined {
  try {
    const value = JSON.parse(text) as JsonLine;
    return typeof value.event === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `keybench ARGS` to its end. */
export function keybench(args: readonly string[], options: Parameters<typeof start>[1] = {}): Promise<Ended> {
  return start(args, options).ended;
}
