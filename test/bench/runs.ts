/**
 * What a run costs against what it cannot avoid: wire time at the order's baud rate, the unit's own delays, and the cloud's
 * latency for Get and Register; for one unit, and for 32 at once. And the station's own CPU per unit. The built command line
 * over pseudo-terminals; units and cloud in this process.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createEmulatedCloud } from '../../electron/simulator/cloud/emulated-cloud.ts';
import { createEmulatedUnit, type EmulatedUnit } from '../../electron/simulator/units/emulated-unit.ts';
import { createPtyLine } from '../../electron/simulator/units/pty-line.ts';
import { orderText } from '../support/order.ts';

/** Built beside the working folder's root, from which the bench is started. */
const CLI = resolve('dist/cli.js');
const BAUD = 115_200;
const UNIT = { bootMs: 1_500, resetDelayMs: 200, flashMs: 150 };
const LATENCY_MS = 40;

export interface RunFigures {
  readonly units: number;
  /** Milliseconds, the median over the units: from the unit's first answer to its PASS. */
  readonly wallMs: number;
  readonly unavoidableMs: number;
  readonly ratio: number;
  /** Milliseconds of the station process, user and system, from its start to its end. */
  readonly cpuMs: number;
}

export async function benchRuns(units: number): Promise<RunFigures> {
  const access = { id: 'bench', secret: 'bench' };
  const cloud = await createEmulatedCloud({ accessKeys: [access], latencyMs: LATENCY_MS });
  const dir = mkdtempSync(join(tmpdir(), 'keybench-bench-'));
  const made: EmulatedUnit[] = [];
  const ports: string[] = [];
  for (let index = 0; index < units; index += 1) {
    const line = await createPtyLine({ link: join(dir, `port-${index}`) });
    made.push(createEmulatedUnit({ line, hardwareId: `BENCH${index}`, baudRate: BAUD, ...UNIT }));
    ports.push(line.path);
  }
  const orderPath = join(dir, 'order.yaml');
  writeFileSync(orderPath, orderText({ endpoint: cloud.url, baudRate: BAUD, bootTimeout: 15 }));
  try {
    const args = [
      'run',
      '--work-order',
      orderPath,
      '--ports',
      ports.join(','),
      '--ledger',
      join(dir, 'k.db'),
      '--json',
    ];
    const ended = await run(args, dir);
    const walls = wallTimes(ended.stdout);
    if (walls.length !== units) throw new Error(`only ${walls.length} of ${units} passed: ${ended.stderr}`);
    const bytes = made.reduce((sum, unit) => sum + unit.bytes, 0) / units;
    const wireMs = (bytes * 10 * 1000) / BAUD;
    // begin and commit; then the reset.
    const flashOperations = 2;
    const unavoidableMs =
      wireMs + flashOperations * UNIT.flashMs + UNIT.resetDelayMs + UNIT.bootMs + 2 * LATENCY_MS;
    const wallMs = walls.sort((a, b) => a - b)[Math.floor(walls.length / 2)] ?? Number.NaN;
    return {
      units,
      wallMs: Math.round(wallMs),
      unavoidableMs: Math.round(unavoidableMs),
      ratio: Number((wallMs / unavoidableMs).toFixed(2)),
      cpuMs: ended.cpuMs,
    };
  } finally {
    for (const unit of made) unit.close();
    await cloud.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Milliseconds of the station process for one more unit, all shift long: eight slots in which units come and go, `more` units
 * beyond the first `warm`, less what the process had used by then.
 */
export async function benchCpu(warm: number, more: number): Promise<number> {
  const few = await cpuOfShift(warm);
  const many = await cpuOfShift(warm + more);
  return (many - few) / more;
}

async function cpuOfShift(count: number): Promise<number> {
  const cloud = await createEmulatedCloud({
    accessKeys: [{ id: 'bench', secret: 'bench' }],
    latencyMs: LATENCY_MS,
  });
  const dir = mkdtempSync(join(tmpdir(), 'keybench-bench-'));
  const places = new Map<string, EmulatedUnit>();
  let made = 0;
  const plug = async (link: string) => {
    places.get(link)?.close();
    made += 1;
    const hardwareId = `SHIFT${made}`;
    const line = await createPtyLine({ link });
    places.set(link, createEmulatedUnit({ line, hardwareId, baudRate: BAUD, ...UNIT }));
  };
  const links = Array.from({ length: 8 }, (_, index) => join(dir, `port-${index}`));
  for (const link of links) await plug(link);
  const orderPath = join(dir, 'order.yaml');
  writeFileSync(
    orderPath,
    orderText({ endpoint: cloud.url, baudRate: BAUD, bootTimeout: 15, quantity: 10_000 }),
  );
  try {
    const args = ['run', '--work-order', orderPath, '--ports', links.join(','), '--count', String(count)];
    const ended = await run([...args, '--ledger', join(dir, 'k.db'), '--json'], dir, ({ event, port }) => {
      if (event === 'unit-finished' && port !== undefined) void plug(port);
    });
    const { length } = wallTimes(ended.stdout);
    if (length !== count) throw new Error(`only ${length} of ${count} passed: ${ended.stderr}`);
    return ended.cpuMs;
  } finally {
    for (const unit of places.values()) unit.close();
    await cloud.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function wallTimes(stdout: string): number[] {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  return lines
    .filter(({ event, outcome }) => event === 'unit-finished' && outcome === 'PASS')
    .map(({ port, at }) => {
      const first = lines.find((line) => line.event === 'unit-identified' && line.port === port);
      return Date.parse(at ?? '') - Date.parse(first?.at ?? '');
    });
}

/** Runs the command line to its end; its CPU time is what the children of this process have used meanwhile. */
function run(
  args: readonly string[],
  dir: string,
  onLine: (line: Readonly<Record<string, string>>) => void = () => {},
): Promise<{ stdout: string; stderr: string; cpuMs: number }> {
  const report = join(dir, `cpu-${args[0]}`);
  const probe = `process.on('exit',()=>{const{user,system}=process.cpuUsage();require('fs').writeFileSync(${JSON.stringify(report)},String((user+system)/1000))})`;
  const probePath = join(dir, 'probe.cjs');
  writeFileSync(probePath, probe);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench' };
  const child = spawn(process.execPath, ['-r', probePath, CLI, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    onLine(JSON.parse(line));
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', () => {
      done({ stdout, stderr, cpuMs: Number(readFileSync(report, 'utf8')) });
    });
  });
}
