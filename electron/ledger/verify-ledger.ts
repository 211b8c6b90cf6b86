/**
 * Proves a ledger: walks the chain, folds every event again into a scratch database through the same fold as when they
 * were appended, and compares every derived table. Reads one snapshot; a writer may go on beside it.
 * Must not: change the ledger, or need memory that grows with it (the scratch database is a temporary file).
 */

import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { StationError } from '../domain/errors.ts';
import { eventHash, type Head, NO_HASH, unlinkEvent } from './chain.ts';
import { compareTables } from './compare-tables.ts';
import { fold } from './fold.ts';
import { asLedgerError, namingErrors } from './ledger-errors.ts';
import { isUnmade, migrate } from './migrations.ts';
import type { RunEventRow, Tables } from './schema.ts';
import { integrityProblems, openDatabase } from './sqlite.ts';
import { Problems, type VerifyReport } from './verify-report.ts';

/** Events that are read, checked and folded at a time. */
const CHUNK = 1_000;

/**
 * Verifies the ledger at `path`. Rejects where it cannot be read as a ledger at all (LEDGER_CORRUPT, LEDGER_NEWER,
 * LEDGER_FAILED, also after an abort); whatever is found wrong inside is in the report.
 */
export async function verifyLedger(path: string, signal?: AbortSignal): Promise<VerifyReport> {
  const file = resolve(path);
  return namingErrors(file, async () => {
    const stored = await openDatabase(file, { mode: 'read' });
    const scratch = await openDatabase('', { mode: 'scratch' });
    try {
      if (await isUnmade(stored, file)) {
        return { ok: true, events: 0, head: NO_HASH, problems: [], more: 0, isUnmade: true };
      }
      await migrate(scratch, file, new Date(0).toISOString());
      return await inOneSnapshot(stored, (snapshot) => verify(snapshot, scratch, file, signal));
    } finally {
      await scratch.destroy();
      await stored.destroy();
    }
  });
}

/** A damaged file may fail even to end a transaction that only read; that must not hide the report. */
async function inOneSnapshot<T>(
  db: Kysely<Tables>,
  work: (snapshot: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (snapshot) => {
    await sql`begin`.execute(snapshot);
    try {
      return await work(snapshot);
    } finally {
      await sql`rollback`.execute(snapshot).catch(() => undefined);
    }
  });
}

async function verify(
  stored: Kysely<Tables>,
  scratch: Kysely<Tables>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<VerifyReport> {
  const problems = new Problems();
  // SQLite answers on this thread: without a pause no timer, signal or abort would ever be heard.
  const breathe = () => setImmediate(undefined, { signal });
  let walked: Walked = { stationId: undefined, head: { seq: 0, hash: NO_HASH }, events: 0 };
  try {
    for (const line of await integrityProblems(stored)) {
      problems.add({ kind: 'integrity', where: 'file', found: line });
    }
    for (;;) {
      await breathe();
      const rows = await chunkAfter(stored, walked);
      const from = walked;
      walked = await scratch.transaction().execute((trx) => replay(trx, rows, from, problems));
      if (rows.length < CHUNK) break;
    }
    await compareTables(stored, scratch, problems, breathe);
  } catch (error) {
    const { code, evidence } = asLedgerError(error, path);
    if (code !== 'LEDGER_CORRUPT') throw error;
    problems.add({ kind: 'integrity', where: 'file', found: String(evidence.what) });
  }
  const { listed, more } = problems;
  return { ok: listed.length === 0, events: walked.events, head: walked.head.hash, problems: listed, more };
}

interface Walked {
  readonly stationId: string | undefined;
  /** The last event as it is stored. */
  readonly head: Head;
  readonly events: number;
}

async function chunkAfter(stored: Kysely<Tables>, { stationId, head }: Walked): Promise<RunEventRow[]> {
  return stored
    .selectFrom('run_event')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(refTuple('station_id', 'seq'), '>', tuple(stationId ?? '', head.seq)),
    )
    .orderBy('station_id')
    .orderBy('seq')
    .limit(CHUNK)
    .execute();
}

async function replay(
  scratch: Kysely<Tables>,
  rows: readonly RunEventRow[],
  from: Walked,
  problems: Problems,
): Promise<Walked> {
  let walked = from;
  for (const row of rows) {
    walked = checkLink(row, walked, problems);
    await refold(scratch, row, problems);
  }
  return walked;
}

/** One fault is told once: the next event is held against this one as it is stored. */
function checkLink(row: RunEventRow, walked: Walked, problems: Problems): Walked {
  const where = `event ${row.seq}`;
  const isFirst = walked.stationId !== row.station_id;
  if (isFirst && walked.stationId !== undefined) {
    const found = `events of station ${row.station_id}`;
    problems.add({ kind: 'chain', where, expected: `events of station ${walked.stationId} only`, found });
  }
  if (isFirst && row.type !== 'station.created') {
    problems.add({ kind: 'chain', where, expected: 'station.created', found: row.type });
  }
  const before = isFirst ? { seq: 0, hash: NO_HASH } : walked.head;
  if (row.seq !== before.seq + 1) {
    const expected = `event ${before.seq + 1}`;
    problems.add({ kind: 'chain', where, expected, found: `a gap after event ${before.seq}` });
  } else if (row.previous_hash !== before.hash) {
    problems.add({ kind: 'chain', where, expected: before.hash, found: row.previous_hash });
  }
  const hash = eventHash(row);
  if (hash !== row.hash) problems.add({ kind: 'chain', where, expected: hash, found: row.hash });
  return { stationId: row.station_id, head: row, events: walked.events + 1 };
}

async function refold(scratch: Kysely<Tables>, row: RunEventRow, problems: Problems): Promise<void> {
  try {
    await fold(scratch, unlinkEvent(row));
  } catch (error) {
    const { code, evidence } = asLedgerError(error, '');
    const isScratchFault = code === 'DISK_FULL' || (code === 'LEDGER_FAILED' && 'sqlite' in evidence);
    if (isScratchFault) throw new StationError(code, evidence, error);
    const found = `${row.type}, which cannot have happened: ${evidence.what ?? code}`;
    problems.add({ kind: 'chain', where: `event ${row.seq}`, found });
  }
}
