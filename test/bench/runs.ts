/**
 * What a run costs against what it cannot avoid: wire time at the order's baud rate, the unit's own delays, and the cloud's
 * latency for Get and Register; for one unit, and for 32 at once. And the station's own CPU per unit, all shift long. The
 * built command line over pseudo-terminals; units and cloud in this process.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ACCESS, BAUD, type BenchPlug, createBenchPlug, LATENCY_MS, UNIT } from './bench-plug.ts';

/** Built beside the working folder's root, from which the bench is started. */
const CLI = resolve('dist/cli.js');

export interface RunFigures {
  readonly units: number;
  /** Milliseconds from the unit's first answer to its PASS: the median over the units, and the slowest. */
  readonly wallMs: number;
  readonly slowestMs: number;
  readonly unavoidableMs: number;
  /** Of the median, and of the slowest. */
  readonly ratio: number;
  readonly slowestRatio: number;
}

export async function benchRuns(units: number): Promise<RunFigures> {
  const bench = await createBenchPlug(units);
  try {
    const made = await Promise.all(bench.links.map((link, index) => bench.plug(link, `BENCH${index}`)));
    const ended = await run(bench, []);
    const walls = wallTimes(ended.lines).sort((a, b) => a - b);
    if (walls.length !== units) throw new Error(`only ${walls.length} of ${units} passed: ${ended.stderr}`);
    const bytes = made.reduce((sum, unit) => sum + unit.bytes, 0) / units;
    const wireMs = (bytes * 10 * 1000) / BAUD;
    // begin and commit; then the reset.
    const flashOperations = 2;
    const unavoidableMs =
      wireMs + flashOperations * UNIT.flashMs + UNIT.resetDelayMs + UNIT.bootMs + 2 * LATENCY_MS;
    const wallMs = walls[Math.floor(walls.length / 2)] ?? Number.NaN;
    const slowestMs = walls.at(-1) ?? Number.NaN;
    const ratioOf = (ms: number) => Number((ms / unavoidableMs).toFixed(2));
    return {
      units,
      wallMs: Math.round(wallMs),
      slowestMs: Math.round(slowestMs),
      unavoidableMs: Math.round(unavoidableMs),
      ratio: ratioOf(wallMs),
      slowestRatio: ratioOf(slowestMs),
    };
  } finally {
    await bench.close();
  }
}

/**
 * Milliseconds of the station process for one more unit: eight slots in which units come and go, `more` units beyond the
 * first `warm`, less what the process had used by then.
 */
export async function benchCpu(warm: number, more: number): Promise<number> {
  const few = await cpuOfShift(warm);
  const many = await cpuOfShift(warm + more);
  return (many - few) / more;
}

async function cpuOfShift(count: number): Promise<number> {
  const bench = await createBenchPlug(8);
  let made = 0;
  const plugNext = (link: string) => {
    made += 1;
    return bench.plug(link, `SHIFT${made}`);
  };
  try {
    for (const link of bench.links) await plugNext(link);
    const ended = await run(bench, ['--count', String(count)], ({ event, port }) => {
      if (event === 'unit-finished' && port !== undefined) void plugNext(port);
    });
    const { length } = wallTimes(ended.lines);
    if (length !== count) throw new Error(`only ${length} of ${count} passed: ${ended.stderr}`);
    return ended.cpuMs;
  } finally {
    await bench.close();
  }
}

type Line = Readonly<Record<string, string>>;

/** For each PASS, milliseconds since the unit was identified in that port. */
function wallTimes(lines: readonly Line[]): number[] {
  const identified = new Map<string | undefined, number>();
  return lines.flatMap(({ event, outcome, port, at = '' }) => {
    if (event === 'unit-identified') identified.set(port, Date.parse(at));
    const since = identified.get(port);
    return event === 'unit-finished' && outcome === 'PASS' && since !== undefined
      ? [Date.parse(at) - since]
      : [];
  });
}

interface Ended {
  readonly lines: readonly Line[];
  readonly stderr: string;
  /** Milliseconds of the process, user and system, from its start to its end. */
  readonly cpuMs: number;
}

/** Runs the command line over all places to its end. */
function run(
  bench: BenchPlug,
  more: readonly string[],
  onLine: (line: Line) => void = () => {},
): Promise<Ended> {
  const report = join(bench.dir, 'cpu');
  const probePath = join(bench.dir, 'probe.cjs');
  writeFileSync(
    probePath,
    `process.on('exit',()=>{const{user,system}=process.cpuUsage();require('fs').writeFileSync(${JSON.stringify(report)},String((user+system)/1000))})`,
  );
  const ledger = join(bench.dir, 'k.db');
  const args = ['--work-order', bench.orderPath, '--ports', bench.links.join(','), '--ledger', ledger];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['-r', probePath, CLI, 'run', ...args, '--json', ...more], {
    env: { PATH, HOME, ...ACCESS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line);
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', () => done({ lines, stderr, cpuMs: Number(readFileSync(report, 'utf8')) }));
  });
}
