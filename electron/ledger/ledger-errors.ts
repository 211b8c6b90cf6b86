/**
 * The one place that turns what SQLite and the file system throw into codes of the station, with the file's name.
 * Must not: hide an error that it does not know; that one is LEDGER_FAILED with what was said.
 */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode, type Evidence, StationError } from '../domain/errors.ts';
import { UnfitFile } from './sqlite.ts';

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const BY_SQLITE_CODE: Readonly<Record<number, ErrorCode>> = {
  3: 'LEDGER_READ_ONLY',
  5: 'LEDGER_IN_USE',
  6: 'LEDGER_IN_USE',
  8: 'LEDGER_READ_ONLY',
  11: 'LEDGER_CORRUPT',
  13: 'DISK_FULL',
  19: 'BUG',
  23: 'LEDGER_READ_ONLY',
  26: 'LEDGER_CORRUPT',
};
const CANNOT_OPEN = 14;
/** The shared-memory file could not be made larger: said of a full disk only. */
const IOERR_SHMSIZE = 4874;

const BY_ERRNO: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'LEDGER_READ_ONLY',
  EPERM: 'LEDGER_READ_ONLY',
  EROFS: 'LEDGER_READ_ONLY',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
};

/** Runs `work`; whatever it throws comes out as a StationError that names `path`. */
export async function namingErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asLedgerError(thrown, path);
  }
}

/** The same for what is read bit by bit. */
export async function* namingErrorsOf<T>(path: string, source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (thrown) {
    throw asLedgerError(thrown, path);
  }
}

/** Any error of ledger, SQLite or file system as a StationError with `path` in its evidence. */
export function asLedgerError(thrown: unknown, path: string): StationError {
  if (thrown instanceof StationError) return thrown;
  if (thrown instanceof UnfitFile) {
    return new StationError('LEDGER_CORRUPT', { path, what: thrown.message }, thrown);
  }
  if (!(thrown instanceof Error)) return new StationError('LEDGER_FAILED', { path, what: String(thrown) });
  const { errcode, code } = thrown as Error & { errcode?: unknown; code?: unknown };
  const evidence = { path, what: thrown.message };
  if (typeof errcode === 'number') return ofSqlite(errcode, evidence, thrown);
  const known = typeof code === 'string' ? BY_ERRNO[code] : undefined;
  return new StationError(known ?? 'LEDGER_FAILED', evidence, thrown);
}

function ofSqlite(errcode: number, evidence: Evidence & { path: string }, cause: Error): StationError {
  const detail = { ...evidence, sqlite: errcode };
  if (errcode === IOERR_SHMSIZE) return new StationError('DISK_FULL', detail, cause);
  const primary = errcode & 0xff;
  if (primary === CANNOT_OPEN && !isWritable(evidence.path)) {
    return new StationError('LEDGER_READ_ONLY', detail, cause);
  }
  return new StationError(BY_SQLITE_CODE[primary] ?? 'LEDGER_FAILED', detail, cause);
}

/** Whether file and folder could be written; one that is missing is not "read-only". */
function isWritable(path: string): boolean {
  return [path, dirname(path)].every((each) => {
    try {
      accessSync(each, constants.W_OK);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  });
}
