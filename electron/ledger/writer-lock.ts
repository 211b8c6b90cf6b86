/**
 * One writer per ledger: a second SQLite file beside it, on which an exclusive transaction is held open for the
 * writer's life. The operating system drops the lock with the process, however that ends.
 * Must not: be taken by readers, or be removed from the disk (a lock on a removed file guards nothing).
 */
import { StationError } from '../domain/errors.ts';
import { loadSqlite, primaryCode } from './sqlite.ts';

const BUSY = 5;

/** Milliseconds that a starting station waits for one that is just dying. */
const HANDOVER_MS = 1_000;

export interface WriterLock {
  release(): void;
}

/** Takes the lock of the ledger at `path`. Rejects LEDGER_IN_USE where another process, or this one, holds it. */
export async function lockLedger(path: string): Promise<WriterLock> {
  const { DatabaseSync } = await loadSqlite();
  const lock = new DatabaseSync(`${path}.lock`, { timeout: HANDOVER_MS });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (primaryCode(error) === BUSY)
      throw new StationError('LEDGER_IN_USE', { path, lock: `${path}.lock` }, error);
    throw error;
  }
  return { release: () => lock.close() };
}
