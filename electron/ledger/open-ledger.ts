/**
 * Opens a station's ledger: folder, lock, schema, station id, and the runs that a dead process left open.
 * Must not: start with a ledger that could not keep its promises; every such case is a named error.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { StationError } from '../domain/errors.ts';
import { eventHash } from './chain.ts';
import { appendEvents } from './journal-writer.ts';
import { namingErrors } from './ledger-errors.ts';
import { isUnmade, migrate } from './migrations.ts';
import type { Tables } from './schema.ts';
import { SqlLedger } from './sql-ledger.ts';
import { openDatabase } from './sqlite.ts';
import { lockLedger, type WriterLock } from './writer-lock.ts';

export interface LedgerOptions {
  /** The file. For writing, it and its folder are made where they are missing. */
  readonly path: string;
  /** One writer per ledger; any number of readers beside it. */
  readonly mode: 'write' | 'read';
  /** Milliseconds since 1970; the station's clock where not given. */
  readonly now?: () => number;
  /** For tests: the most pages of 4 KiB that the file may grow to. */
  readonly maxPages?: number;
}

/**
 * Opens the ledger. Rejects LEDGER_IN_USE, LEDGER_CORRUPT, LEDGER_READ_ONLY, LEDGER_NEWER, DISK_FULL or
 * LEDGER_FAILED, each with the path in its evidence; then nothing stays open.
 */
export async function openLedger(options: LedgerOptions): Promise<SqlLedger> {
  const path = resolve(options.path);
  return namingErrors(path, () =>
    options.mode === 'write' ? forWriting(path, options) : forReading(path, options),
  );
}

async function forWriting(given: string, options: LedgerOptions): Promise<SqlLedger> {
  mkdirSync(dirname(given), { recursive: true });
  const path = realPath(given);
  const lock = await lockLedger(path);
  let db: Kysely<Tables> | undefined;
  try {
    db = await openDatabase(path, { mode: 'write', maxPages: options.maxPages });
    const now = options.now ?? Date.now;
    const at = new Date(now()).toISOString();
    await migrate(db, path, at);
    const { stationId, interrupted } = await settle(db, path, at);
    return new SqlLedger({ db, path, stationId, now, interrupted, lock });
  } catch (error) {
    await abandon(db, lock);
    throw error;
  }
}

async function forReading(path: string, options: LedgerOptions): Promise<SqlLedger> {
  let db = await openDatabase(path, { mode: 'read' });
  try {
    const isNew = await isUnmade(db, path);
    if (isNew) {
      // A reader changes nothing: it reads an empty ledger of its own instead.
      await db.destroy();
      db = await openDatabase('', { mode: 'scratch' });
      await migrate(db, path, new Date(0).toISOString());
    }
    const stationId = (await knownStation(db)) ?? '';
    const now = options.now ?? Date.now;
    return new SqlLedger({ db, path, stationId, now, interrupted: 0, isUnmade: isNew, lock: undefined });
  } catch (error) {
    await abandon(db, undefined);
    throw error;
  }
}

/** The same ledger under another name must meet the same lock. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

/** Creates the station in a new ledger; in an old one, ends the runs that have no end. */
async function settle(
  db: Kysely<Tables>,
  path: string,
  at: string,
): Promise<{ readonly stationId: string; readonly interrupted: number }> {
  return db.transaction().execute(async (trx) => {
    const known = await knownStation(trx);
    if (known === undefined) {
      const stationId = randomUUID();
      await appendEvents(trx, { stationId, at }, [{ type: 'station.created', stationId }]);
      return { stationId, interrupted: 0 };
    }
    await checkTail(trx, known, path);
    const open = await trx
      .selectFrom('run')
      .select(['id', 'slot', 'port', 'order_number'])
      .where('station_id', '=', known)
      .where('outcome', 'is', null)
      .orderBy('started_at')
      .orderBy('id')
      .execute();
    for (const { id, slot, port, order_number: orderNumber } of open) {
      await appendEvents(trx, { stationId: known, at, runId: id }, [
        {
          type: 'run.finished',
          outcome: 'ABORTED',
          code: 'STATION_STOPPED',
          slot,
          port,
          orderNumber,
          evidence: {},
          phases: {},
        },
      ]);
    }
    return { stationId: known, interrupted: open.length };
  });
}

/** Events at the end of the chain that are looked at before it is continued. */
const TAIL = 100;

/** Rejects LEDGER_CORRUPT where the chain's end does not hold: nothing must be built on it. */
async function checkTail(trx: Kysely<Tables>, stationId: string, path: string): Promise<void> {
  const rows = await trx
    .selectFrom('run_event')
    .selectAll()
    .where('station_id', '=', stationId)
    .orderBy('seq', 'desc')
    .limit(TAIL)
    .execute();
  for (const [index, row] of rows.entries()) {
    const before = rows[index + 1];
    const isLinked = !before || (before.seq === row.seq - 1 && before.hash === row.previous_hash);
    if (!isLinked || eventHash(row) !== row.hash) {
      throw new StationError('LEDGER_CORRUPT', { path, what: `event ${row.seq}` });
    }
  }
}

async function knownStation(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await db.selectFrom('station').select('id').orderBy('created_at').limit(1).executeTakeFirst();
  return row?.id;
}

async function abandon(db: Kysely<Tables> | undefined, lock: WriterLock | undefined): Promise<void> {
  await db?.destroy().catch(() => undefined);
  lock?.release();
}
