/**
 * The hash chain: what bytes are hashed for an event, and how an event becomes a row and comes back. The bytes
 * are a promise to third parties; docs/ledger.md specifies them with an example that a test checks.
 * Must not: touch a database.
 */
import { createHash } from 'node:crypto';
import { StationError } from '../domain/errors.ts';
import type { JournalEvent } from '../domain/journal.ts';
import { canonicalJson } from './canonical-json.ts';
import type { RunEventRow } from './schema.ts';

const VERSION_LINE = 'keybench-event-v1';

/** What the first event of a station carries in place of the hash of the one before. */
export const NO_HASH = '0'.repeat(64);

/** The end of a station's chain: the last event's number and hash; 0 and `NO_HASH` before the first. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** An event with its place in the chain: all that the fold may know. */
export interface ChainedEvent {
  readonly stationId: string;
  readonly at: string;
  readonly runId: string | undefined;
  readonly hash: string;
  readonly event: JournalEvent;
}

/** SHA-256, lower-case hex, over the row's texts one per line, joined by LF without one at the end. */
export function eventHash(row: Omit<RunEventRow, 'hash'>): string {
  const lines = [
    VERSION_LINE,
    row.previous_hash,
    String(row.seq),
    row.station_id,
    row.at,
    row.run_id,
    row.type,
    row.data,
  ];
  return createHash('sha256').update(lines.join('\n'), 'utf8').digest('hex');
}

/** The row that carries `event` after `head`. Throws BUG where an id would break the lines that are hashed. */
export function linkEvent(
  head: Head,
  { stationId, at, runId, event }: Omit<ChainedEvent, 'hash'>,
): RunEventRow {
  const { type, ...data } = event;
  const row = {
    station_id: stationId,
    seq: head.seq + 1,
    at,
    run_id: runId ?? '',
    type,
    data: canonicalJson(data),
    previous_hash: head.hash,
  };
  for (const text of [row.station_id, row.run_id]) {
    if (/[^\x20-\x7e]/.test(text)) throw new StationError('BUG', { what: 'id with a control character' });
  }
  return { ...row, hash: eventHash(row) };
}

/** The event of a stored row. Throws SyntaxError where `data` is not JSON. */
export function unlinkEvent(row: RunEventRow): ChainedEvent {
  return {
    stationId: row.station_id,
    at: row.at,
    runId: row.run_id === '' ? undefined : row.run_id,
    hash: row.hash,
    event: { ...JSON.parse(row.data), type: row.type } as JournalEvent,
  };
}
