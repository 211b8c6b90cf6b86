/**
 * The ledger as the station sees it: appends and claims, each one transaction, and the few questions that a run asks.
 * Must not: know SQLite; everything here is the query builder's.
 */
import type { Kysely } from 'kysely';
import type { Claim } from '../domain/claim.ts';
import { StationError } from '../domain/errors.ts';
import type { ClientId, Digest, HardwareId, RunId } from '../domain/ids.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { DigestOwner } from '../domain/recovery.ts';
import type { ClaimAnswer, ClaimRequest, Ledger, OrderCounts } from '../station/ports.ts';
import { claimOfRow } from './claim-row.ts';
import { claimRow, ruleOnClaim } from './claim-rules.ts';
import { appendEvents, readHead } from './journal-writer.ts';
import { namingErrors, namingErrorsOf } from './ledger-errors.ts';
import {
  claimsInDoubt,
  type DoubtView,
  type EventView,
  eventsOfRun,
  everyRun,
  type Page,
  pageOfRuns,
  type RecordQuery,
  type RunView,
} from './records.ts';
import type { Tables } from './schema.ts';
import type { WriterLock } from './writer-lock.ts';

interface Parts {
  readonly db: Kysely<Tables>;
  readonly path: string;
  readonly stationId: string;
  readonly now: () => number;
  readonly interrupted: number;
  /** By default, and for a writer always, it is made. */
  readonly isUnmade?: boolean;
  /** Held by a writer; a reader has none. */
  readonly lock: WriterLock | undefined;
}

export class SqlLedger implements Ledger {
  readonly stationId: string;
  /** Runs that a dead process had left open; they were ended as ABORTED when the ledger was opened. */
  readonly interrupted: number;
  /** Read from a file that has no tables yet: it counts as an empty ledger. */
  readonly isUnmade: boolean;
  readonly #db: Kysely<Tables>;
  readonly #path: string;
  readonly #now: () => number;
  readonly #lock: WriterLock | undefined;
  #isClosed = false;

  constructor({ db, path, stationId, now, interrupted, isUnmade = false, lock }: Parts) {
    this.stationId = stationId;
    this.interrupted = interrupted;
    this.isUnmade = isUnmade;
    this.#db = db;
    this.#path = path;
    this.#now = now;
    this.#lock = lock;
  }

  async append(events: readonly JournalEvent[], runId?: RunId): Promise<void> {
    await this.#write((trx) => appendEvents(trx, this.#place(runId), events));
  }

  async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    return this.#write(async (trx) => {
      const place = this.#place(request.runId);
      await appendEvents(trx, place, [request.started]);
      const ruling = await ruleOnClaim(trx, request);
      if (ruling.kind === 'answer') return ruling.answer;
      const { event } = ruling;
      await appendEvents(trx, place, [event]);
      const row = await claimRow(trx, event.instanceId, event.clientId);
      if (row === undefined) throw new StationError('BUG', { what: 'claim was not stored' });
      return { kind: 'claimed', claim: claimOfRow(row) };
    });
  }

  async claimOf(instanceId: string, clientId: ClientId): Promise<Claim | undefined> {
    const row = await this.#read((db) => claimRow(db, instanceId, clientId));
    return row && claimOfRow(row);
  }

  async claimOfUnit(hardwareId: HardwareId): Promise<Claim | undefined> {
    const row = await this.#read((db) =>
      db
        .selectFrom('unit')
        .innerJoin('credential', (join) =>
          join
            .onRef('credential.instance_id', '=', 'unit.instance_id')
            .onRef('credential.client_id', '=', 'unit.client_id'),
        )
        .selectAll('credential')
        .where('unit.hardware_id', '=', hardwareId)
        .executeTakeFirst(),
    );
    return row && claimOfRow(row);
  }

  async ownerOf(hardwareId: HardwareId, digest: Digest): Promise<DigestOwner> {
    const runs = await this.#read((db) =>
      db
        .selectFrom('run')
        .select('outcome')
        .where('hardware_id', '=', hardwareId)
        .where('digest', '=', digest)
        .execute(),
    );
    if (runs.some(({ outcome }) => outcome === 'PASS')) return 'own-passed';
    return runs.length > 0 ? 'own-never-passed' : 'unknown';
  }

  async orderCounts(orderNumber: string): Promise<OrderCounts> {
    const row = await this.#read((db) =>
      db
        .selectFrom('work_order')
        .select(['passed', 'in_doubt'])
        .where('number', '=', orderNumber)
        .executeTakeFirst(),
    );
    return { passed: row?.passed ?? 0, inDoubt: row?.in_doubt ?? 0 };
  }

  /** Sealed records, newest first, a page at a time. */
  records(query: RecordQuery = {}): Promise<Page<RunView>> {
    return this.#read((db) => pageOfRuns(db, query, 'PASS'));
  }

  /** Every attempt, newest first, a page at a time. */
  runs(query: RecordQuery = {}): Promise<Page<RunView>> {
    return this.#read((db) => pageOfRuns(db, query));
  }

  /** All sealed records that match, oldest first, read in pages while they are asked for. */
  everyRecord(query: RecordQuery = {}): AsyncIterable<RunView> {
    return namingErrorsOf(this.#path, everyRun(this.#db, query, 'PASS'));
  }

  /** Claims in doubt, the oldest first. Those of runs that are alive are among them. */
  inDoubt({ limit }: { readonly limit?: number } = {}): Promise<DoubtView[]> {
    return this.#read((db) => claimsInDoubt(db, limit));
  }

  eventsOf(runId: string): Promise<EventView[]> {
    return this.#read((db) => eventsOfRun(db, runId));
  }

  async head(): Promise<string> {
    return this.#read(async (db) => (await readHead(db, this.stationId)).hash);
  }

  /** Waits for what was begun, closes the file and lets the next writer in. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#db
      .connection()
      .execute(async () => undefined)
      .catch(() => undefined);
    await this.#db.destroy();
    this.#lock?.release();
  }

  #place(runId: RunId | undefined) {
    return { stationId: this.stationId, at: new Date(this.#now()).toISOString(), runId };
  }

  #write<T>(work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return namingErrors(this.#path, () => {
      if (this.#lock === undefined) throw new StationError('LEDGER_READ_ONLY', { path: this.#path });
      return this.#db.transaction().execute(work);
    });
  }

  #read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return namingErrors(this.#path, () => work(this.#db));
  }
}
