/**
 * Appends events: the row, its hash and what the fold makes of it, all in the caller's transaction.
 * Must not: begin or end the transaction; a caller may have more to say in it.
 */
import type { Kysely } from 'kysely';
import type { JournalEvent } from '../domain/journal.ts';
import { type Head, linkEvent, NO_HASH, unlinkEvent } from './chain.ts';
import { fold } from './fold.ts';
import type { Tables } from './schema.ts';
import { insertion, statement } from './statements.ts';

export interface AppendPlace {
  readonly stationId: string;
  /** ISO time of the station. */
  readonly at: string;
  readonly runId?: string | undefined;
}

/** Links `events` to the end of the station's chain and folds them. */
export async function appendEvents(
  trx: Kysely<Tables>,
  place: AppendPlace,
  events: readonly JournalEvent[],
): Promise<void> {
  let head = await readHead(trx, place.stationId);
  for (const event of events) {
    const row = linkEvent(head, { stationId: place.stationId, at: place.at, runId: place.runId, event });
    await insertEvent(trx, row);
    await fold(trx, unlinkEvent(row));
    head = row;
  }
}

/** The end of a station's chain. */
export async function readHead(db: Kysely<Tables>, stationId: string): Promise<Head> {
  const [last] = await selectHead(db, { stationId });
  return last ?? { seq: 0, hash: NO_HASH };
}

const insertEvent = insertion('run_event');

const selectHead = statement<{ stationId: string }, Head>((db, value) =>
  db
    .selectFrom('run_event')
    .select(['seq', 'hash'])
    .where('station_id', '=', value('stationId'))
    .orderBy('seq', 'desc')
    .limit(1),
);
