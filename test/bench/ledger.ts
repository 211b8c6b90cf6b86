/**
 * Measures the ledger against its bars: with a million units a search and "is this ClientId known" within 20 ms (99 of
 * 100), a start within 1 s. Also what an append costs, and what a verification takes.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId } from '../../electron/domain/ids.ts';
import { openLedger } from '../../electron/ledger/open-ledger.ts';
import type { SqlLedger } from '../../electron/ledger/sql-ledger.ts';
import { verifyLedger } from '../../electron/ledger/verify-ledger.ts';
import {
  BENCH_INSTANCE,
  clientIdOf,
  digestOf,
  fillLedger,
  hardwareIdOf,
  lifeOf,
  orderOf,
} from './ledger-fill.ts';

/** Milliseconds of the middle one, of the 99th of 100, and of the slowest. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LedgerFigures {
  readonly units: number;
  readonly fileMB: number;
  readonly fillSeconds: number;
  /** Milliseconds to open for writing, the slowest of five. */
  readonly openMs: number;
  readonly isKnown: Spread;
  readonly isUnknown: Spread;
  readonly ownerOf: Spread;
  readonly orderCounts: Spread;
  /** By what a person types: the search field's queries by kind. */
  readonly search: Readonly<Record<string, Spread>>;
  /** Every search of all kinds together. */
  readonly anySearch: Spread;
  /** One event per append, with its sync to the disk. */
  readonly append: Spread & { readonly cpuMs: number };
  readonly verifySeconds: number | undefined;
}

const QUESTIONS = 2_000;
const SEARCHES = 300;
const APPENDED_UNITS = 200;

export interface BenchOptions {
  /** Also verify the whole ledger, which takes minutes for a million units. */
  readonly verify?: boolean;
  /** A ledger to measure instead, made by `fillLedger` with this many units; it is kept. */
  readonly path?: string;
}

/** Builds a ledger of `units` units in a temporary folder, measures, and removes it. */
export async function benchLedger(
  units: number,
  { verify = false, path: given }: BenchOptions = {},
): Promise<LedgerFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-bench-'));
  const path = given ?? join(dir, 'keybench.db');
  try {
    const filled = given === undefined ? await timed(() => fillLedger(path, units)) : 0;
    const openMs = await slowestOpening(path);
    const ledger = await openLedger({ path, mode: 'write' });
    try {
      const figures = await questions(ledger, units);
      const append = await appends(ledger, units);
      return {
        units,
        fileMB: Math.round(statSync(path).size / 1e6),
        fillSeconds: Math.round(filled / 1_000),
        openMs,
        ...figures,
        append,
        verifySeconds: verify ? Math.round((await timed(() => mustVerify(path))) / 1_000) : undefined,
      };
    } finally {
      await ledger.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function slowestOpening(path: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    times.push(
      await timed(async () => {
        const ledger = await openLedger({ path, mode: 'write' });
        await ledger.close();
      }),
    );
  }
  return round(Math.max(...times));
}

async function questions(ledger: SqlLedger, units: number) {
  const any = () => Math.floor(Math.random() * units);
  const isKnown = await measured(QUESTIONS, () => ledger.claimOf(BENCH_INSTANCE, clientIdOf(any())));
  const isUnknown = await measured(QUESTIONS, () =>
    ledger.claimOf(BENCH_INSTANCE, `GID_sensor@@@${any()}` as ClientId),
  );
  const ownerOf = await measured(QUESTIONS, () => {
    const n = any();
    return ledger.ownerOf(hardwareIdOf(n), digestOf(n));
  });
  const orderCounts = await measured(QUESTIONS, () => ledger.orderCounts(orderOf(any())));
  const kinds: Record<string, () => Parameters<SqlLedger['records']>[0]> = {
    'whole hardware id': () => ({ text: hardwareIdOf(any()).toLowerCase() }),
    'whole ClientId': () => ({ text: clientIdOf(any()) }),
    'last four': () => ({ text: hardwareIdOf(any()).slice(-4) }),
    'last six': () => ({ text: hardwareIdOf(any()).slice(-6) }),
    'first eight': () => ({ text: hardwareIdOf(any()).slice(0, 8) }),
    'what all have': () => ({ text: 'GID_sensor@@@A4' }),
    'what none has': () => ({ text: `x${any()}` }),
    'order number as text': () => ({ text: orderOf(any()) }),
    'order, first page': () => ({ orderNumber: orderOf(any()) }),
    'order, later page': () => ({
      orderNumber: orderOf(0),
      before: `run-${(2_000).toString(36).padStart(8, '0')}`,
    }),
    'newest of all': () => ({}),
  };
  const search: Record<string, Spread> = {};
  const all: number[] = [];
  for (const [kind, query] of Object.entries(kinds)) {
    const times = await timesOf(SEARCHES, () => ledger.records(query()));
    search[kind] = spread(times);
    all.push(...times);
  }
  return { isKnown, isUnknown, ownerOf, orderCounts, search, anySearch: spread(all) };
}

/** Units beyond those that are there, one event per append, as a run does it. */
async function appends(ledger: SqlLedger, units: number): Promise<LedgerFigures['append']> {
  const times: number[] = [];
  const before = process.cpuUsage();
  const first = units + Math.floor(Math.random() * 2 ** 22);
  for (let n = first; n < first + APPENDED_UNITS; n += 1) {
    for (const event of lifeOf(n)) {
      times.push(await timed(() => ledger.append([event], `run-${n}` as never)));
    }
  }
  const { user, system } = process.cpuUsage(before);
  return { ...spread(times), cpuMs: round((user + system) / 1_000 / times.length) };
}

async function mustVerify(path: string): Promise<void> {
  const { ok, problems } = await verifyLedger(path);
  if (!ok) throw new Error(`the ledger does not verify: ${JSON.stringify(problems.slice(0, 3))}`);
}

async function measured(count: number, work: () => Promise<unknown>): Promise<Spread> {
  return spread(await timesOf(count, work));
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push(await timed(work));
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
