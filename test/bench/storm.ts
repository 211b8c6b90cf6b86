/**
 * What a storm costs the slot beside it: the median run of consoles in one slot while seven other ports say nothing, and while they
 * never stop. The built command line over pseudo-terminals; consoles and cloud in this process.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createEmulatedCloud } from '../../electron/simulator/cloud/emulated-cloud.ts';
import { ConsoleUnit } from '../../electron/simulator/consoles/console-unit.ts';
import { ZephyrShell } from '../../electron/simulator/consoles/zephyr-shell.ts';
import { createPtyLine } from '../../electron/simulator/units/pty-line.ts';
import { orderText } from '../support/order.ts';
import { ACCESS, LATENCY_MS } from './bench-plug.ts';

const CLI = resolve('dist/cli.js');
const NEIGHBOURS = 7;
const UNITS = 12;
/** The first ones warm up. */
const WARM = 2;
/** What 921,600 baud carry, in pieces as a bridge hands them out. */
const STORM_BYTES_A_SECOND = 92_160;
const EVERY_MS = 10;
const STORM = Buffer.from('[00:00:01.000,000] <wrn> net: out of buffers uart:~$ '.repeat(20));

export interface StormFigures {
  readonly calmMs: number;
  readonly besideMs: number;
  readonly ratio: number;
  /** What reached the station from all neighbours, a second. */
  readonly stormKiB: number;
}

export async function benchStorm(): Promise<StormFigures> {
  const calm = await medianRun(false);
  const beside = await medianRun(true);
  return {
    calmMs: Math.round(calm.ms),
    besideMs: Math.round(beside.ms),
    ratio: Number((beside.ms / calm.ms).toFixed(2)),
    stormKiB: Math.round(beside.bytesASecond / 1024),
  };
}

async function medianRun(isStormy: boolean) {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-storm-'));
  const cloud = await createEmulatedCloud({
    accessKeys: [{ id: 'bench', secret: 'bench' }],
    latencyMs: LATENCY_MS,
  });
  const orderPath = join(dir, 'order.yaml');
  const own = { profile: 'zephyr-settings' };
  writeFileSync(
    orderPath,
    orderText({ endpoint: cloud.url, family: 'script', own, quantity: 10_000, bootTimeout: 15 }),
  );
  const links = Array.from({ length: NEIGHBOURS }, (_, index) => join(dir, `storm-${index}`));
  const lines = await Promise.all(links.map((link) => createPtyLine({ link })));
  let sent = 0;
  let at = 0;
  const gust = () => {
    const size = Math.round((STORM_BYTES_A_SECOND * EVERY_MS) / 1000);
    for (const line of lines) {
      line.send(STORM.subarray(at, at + size));
      sent += size;
    }
    at = (at + 7) % (STORM.length - size);
  };
  const storm = isStormy ? setInterval(gust, EVERY_MS) : undefined;
  const port = join(dir, 'calm');
  let unit: ConsoleUnit | undefined;
  const plug = async (nth: number) => {
    unit?.close();
    rmSync(port, { force: true });
    const console = new ZephyrShell({ deviceId: `00000000000000${String(10 + nth)}` });
    unit = new ConsoleUnit({ line: await createPtyLine({ link: port }), console });
  };
  const startedAt = performance.now();
  try {
    await plug(0);
    const times = await runsOf([...links, port], { orderPath, dir, port, onEnd: plug });
    const ms = times.slice(WARM).sort((a, b) => a - b)[Math.floor((times.length - WARM) / 2)] ?? Number.NaN;
    return { ms, bytesASecond: (sent * 1000) / (performance.now() - startedAt) };
  } finally {
    clearInterval(storm);
    unit?.close();
    for (const line of lines) line.close();
    await cloud.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Bench {
  readonly orderPath: string;
  readonly dir: string;
  readonly port: string;
  readonly onEnd: (nth: number) => Promise<void>;
}

/** Milliseconds from identified to PASS of each unit in `port`. */
function runsOf(ports: readonly string[], { orderPath, dir, port, onEnd }: Bench): Promise<number[]> {
  const args = ['--work-order', orderPath, '--ports', ports.join(','), '--ledger', join(dir, 'k.db')];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [CLI, 'run', ...args, '--count', '1000', '--json'], {
    env: { PATH, HOME, ...ACCESS },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const times: number[] = [];
  let since = 0;
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', () =>
      times.length === UNITS ? done(times) : failed(new Error(`only ${times.length}`)),
    );
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Readonly<Record<string, string>>;
      if (line.port !== port) return;
      if (line.event === 'unit-identified') since = Date.parse(line.at ?? '');
      if (line.event !== 'unit-finished') return;
      if (line.outcome !== 'PASS') return void child.kill();
      times.push(Date.parse(line.at ?? '') - since);
      if (times.length === UNITS) child.kill();
      else void onEnd(times.length);
    });
  });
}
