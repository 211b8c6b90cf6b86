/**
 * The one place that knows which SQLite is underneath: Node's own where the runtime has it, otherwise
 * @photostructure/sqlite, which has the same interface. Opens a file for Kysely with the settings that the
 * ledger's promises rest on.
 * Must not: be needed by a query; with PostgreSQL this file is not used.
 */
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseSyncInstance, SqliteModule } from '@photostructure/sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely';
import type { Tables } from './schema.ts';

type Sqlite = Pick<SqliteModule, 'DatabaseSync' | 'StatementSync'>;

/** Marks a file as a ledger in its header ("KBLG"), so that we never write into another program's database. */
const APPLICATION_ID = 0x4b424c47;

/** Milliseconds that a statement waits for another process; the event loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 2_000;

/** A file up to this many pages of 4 KiB is checked as a whole when it is opened: that takes under 0.1 s. */
const MAX_CHECKED_PAGES = 4_096;

/** Memory for pages, in KiB: the upper levels of every index of a million units. */
const CACHE_KIB = 65_536;

export interface OpenOptions {
  /** `write` creates what is missing; `read` changes nothing; `scratch` is a file that nobody else sees. */
  readonly mode: 'write' | 'read' | 'scratch';
  /** For tests: the most pages of 4 KiB that the file may have. */
  readonly maxPages?: number | undefined;
  /** For tests: told each statement's text, once. */
  readonly onPrepare?: (sql: string) => void;
}

/** Loads SQLite. Node's own is taken only where it is complete: before 22.16 it cannot name a result's columns. */
export async function loadSqlite(): Promise<Sqlite> {
  const own = process.getBuiltinModule?.('node:sqlite') as Sqlite | undefined;
  if (own && 'columns' in own.StatementSync.prototype) return own;
  return await import('@photostructure/sqlite');
}

/** Opens `path` for the query builder. Throws SQLite's own errors: see ledger-errors.ts. */
export async function openDatabase(path: string, options: OpenOptions): Promise<Kysely<Tables>> {
  const { DatabaseSync } = await loadSqlite();
  const { mode, maxPages, onPrepare } = options;
  const open = (file: string, prepare: (raw: DatabaseSyncInstance) => void) => {
    const raw = new DatabaseSync(file, { readOnly: mode === 'read', timeout: BUSY_TIMEOUT_MS });
    try {
      raw.exec(`pragma foreign_keys = on; pragma cache_size = ${-CACHE_KIB}`);
      prepare(raw);
    } catch (error) {
      raw.close();
      throw error;
    }
    return new Kysely<Tables>({ dialect: new LedgerDialect(raw, onPrepare) });
  };
  if (mode === 'write') return open(path, (raw) => prepareForWriting(raw, maxPages));
  if (mode === 'read') return openForReading(path, open);
  return open('', (raw) => raw.exec('pragma journal_mode = memory; pragma synchronous = off'));
}

/**
 * Even a reader needs a -shm file, which a folder that cannot be written to may lack. Then nobody writes there either,
 * and the file can be read as one that does not change, if nothing waits in a -wal file.
 */
function openForReading(
  path: string,
  open: (file: string, prepare: (raw: DatabaseSyncInstance) => void) => Kysely<Tables>,
): Kysely<Tables> {
  const probe = (raw: DatabaseSyncInstance) => void numberOf(raw, 'select count(*) from sqlite_schema');
  statSync(path);
  try {
    return open(path, probe);
  } catch (error) {
    const waiting = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (waiting > 0 || !NEEDS_SHM.includes(primaryCode(error))) throw error;
    return open(`${pathToFileURL(path).href}?immutable=1`, probe);
  }
}

const READ_ONLY = 8;
const CANNOT_OPEN = 14;
const NEEDS_SHM: readonly (number | undefined)[] = [READ_ONLY, CANNOT_OPEN];

/** SQLite's primary result code of an error (https://sqlite.org/rescode.html), or undefined for any other error. */
export function primaryCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** What SQLite finds wrong with the file itself, at most 100 lines; empty where it is sound. */
export async function integrityProblems(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(100)`.execute(db);
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}

function prepareForWriting(raw: DatabaseSyncInstance, maxPages: number | undefined): void {
  if (numberOf(raw, 'pragma application_id') !== APPLICATION_ID) {
    if (numberOf(raw, 'select count(*) from sqlite_schema') > 0) throw new UnfitFile('not a ledger');
    raw.exec(`pragma application_id = ${APPLICATION_ID}`);
  } else if (numberOf(raw, 'pragma page_count') <= MAX_CHECKED_PAGES) {
    const [row] = raw.prepare('pragma quick_check(1)').all() as { quick_check: string }[];
    if (row?.quick_check !== 'ok') throw new UnfitFile(row?.quick_check ?? 'no answer');
  }
  const [mode] = raw.prepare('pragma journal_mode = wal').all() as { journal_mode: string }[];
  if (mode?.journal_mode !== 'wal') throw new Error(`journal_mode stays ${mode?.journal_mode}`);
  raw.exec('pragma synchronous = full');
  if (maxPages !== undefined) raw.exec(`pragma max_page_count = ${maxPages}`);
  // Writes the header page anew: a read-only file or a full disk shows now, before a unit is started.
  raw.exec(`pragma user_version = ${numberOf(raw, 'pragma user_version')}`);
}

/** SQLite reads the file, but it is not a ledger, or a damaged one; the message says which. */
export class UnfitFile extends Error {
  override readonly name = 'UnfitFile';
}

function numberOf(raw: DatabaseSyncInstance, query: string): number {
  const [row] = raw.prepare(query).all() as Record<string, number>[];
  return Object.values(row ?? {})[0] ?? 0;
}

class LedgerDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(raw: DatabaseSyncInstance, onPrepare?: (text: string) => void) {
    const database = adapt(raw, onPrepare);
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new LedgerDriver({ database: this.#database });
  }
}

class LedgerDriver extends SqliteDriver {
  /** Takes the write lock at once: what a transaction reads is then still true when it writes. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** After a full disk SQLite has often rolled back by itself; saying so must not hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined);
  }
}

/** More texts than this come only from lists of changing length; they need not be kept. */
const MAX_PREPARED = 300;

/** What Kysely wants of a database, with each statement prepared once. */
function adapt(raw: DatabaseSyncInstance, onPrepare?: (text: string) => void): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  const prepare = (text: string): SqliteStatement => {
    const statement = raw.prepare(text);
    onPrepare?.(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters),
      run: (parameters) => statement.run(...parameters),
      iterate: (parameters) => statement.iterate(...parameters),
    };
  };
  return {
    close: () => raw.close(),
    prepare: (text) => {
      let statement = prepared.get(text);
      if (statement === undefined) {
        statement = prepare(text);
        if (prepared.size >= MAX_PREPARED) prepared.clear();
        prepared.set(text, statement);
      }
      return statement;
    },
  };
}
