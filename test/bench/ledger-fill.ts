/**
 * Builds a ledger of many passed units quickly: the events that a station would append, through the same fold and
 * chain, but many units per transaction and without waiting for the disk.
 * Must not: be taken for a way to write a ledger; only the waiting differs, not one row.
 */
import { sql } from 'kysely';
import type { ClientId, Digest, HardwareId } from '../../electron/domain/ids.ts';
import type { JournalEvent } from '../../electron/domain/journal.ts';
import { appendEvents } from '../../electron/ledger/journal-writer.ts';
import { openLedger } from '../../electron/ledger/open-ledger.ts';
import { openDatabase } from '../../electron/ledger/sqlite.ts';

const UNITS_PER_TRANSACTION = 2_000;
const UNITS_PER_ORDER = 5_000;
export const BENCH_INSTANCE = 'post-cn-bench0001';
const FIRST_DAY = Date.UTC(2026, 0, 1);

/** The hardware id of the n-th unit: a maker's prefix and 24 bits that look like those of a lot, each once. */
export function hardwareIdOf(n: number): HardwareId {
  const bits = Number((BigInt(n) * 2_654_435_761n) & 0xff_ffffn);
  return `A4CF12${bits.toString(16).toUpperCase().padStart(6, '0')}` as HardwareId;
}

export function clientIdOf(n: number): ClientId {
  return `GID_sensor@@@${hardwareIdOf(n)}` as ClientId;
}

export function digestOf(n: number): Digest {
  return n.toString(16).padStart(64, '0') as Digest;
}

export function orderOf(n: number): string {
  return `WO-${String(Math.floor(n / UNITS_PER_ORDER)).padStart(6, '0')}`;
}

/** Makes the ledger at `path` with `units` units, at most 2^24, each passed at its first attempt. */
export async function fillLedger(path: string, units: number): Promise<void> {
  const empty = await openLedger({ path, mode: 'write' });
  const { stationId } = empty;
  await empty.close();
  const db = await openDatabase(path, { mode: 'write' });
  await sql`pragma synchronous = off`.execute(db);
  for (let first = 0; first < units; first += UNITS_PER_TRANSACTION) {
    const end = Math.min(units, first + UNITS_PER_TRANSACTION);
    await db.transaction().execute(async (trx) => {
      for (let n = first; n < end; n += 1) {
        const at = new Date(FIRST_DAY + n * 2_000).toISOString();
        if (n % UNITS_PER_ORDER === 0) await appendEvents(trx, { stationId, at }, [orderOpened(n)]);
        await appendEvents(
          trx,
          { stationId, at, runId: `run-${n.toString(36).padStart(8, '0')}` },
          lifeOf(n),
        );
      }
    });
  }
  await db.destroy();
}

function orderOpened(n: number): JournalEvent {
  const recipe = '["post-cn-bench0001","broker",8883,"password",false]';
  return {
    type: 'order.opened',
    number: orderOf(n),
    product: 'sensor-a',
    quantity: UNITS_PER_ORDER,
    recipe,
    definition: '{}',
  };
}

/** What is written down of the n-th unit: identified, claimed, requested, known, written, proved, passed. */
export function lifeOf(n: number): JournalEvent[] {
  const hardwareId = hardwareIdOf(n);
  const digest = digestOf(n);
  const name = { instanceId: BENCH_INSTANCE, clientId: clientIdOf(n) };
  const orderNumber = orderOf(n);
  const time = FIRST_DAY + n * 2_000;
  return [
    {
      type: 'run.started',
      hardwareId,
      model: 'sensor-a',
      firmware: '1.4.0',
      unitState: 'blank',
      slot: String((n % 32) + 1),
      port: `/dev/ttyUSB${n % 32}`,
      orderNumber,
      operator: `op-${n % 7}`,
    },
    { type: 'claim.made', ...name, hardwareId, orderNumber },
    { type: 'credential.requested', ...name, serverTime: time },
    {
      type: 'credential.known',
      ...name,
      hardwareId,
      deviceAccessKeyId: `DC.${n.toString(36).padStart(16, '0')}`,
      createTime: time,
      updateTime: time,
      tx: digest.slice(32),
      digest,
      recipe: '["post-cn-bench0001","broker",8883,"password",false]',
      origin: 'registered',
    },
    { type: 'unit.written', ...name, digest },
    { type: 'unit.proved', ...name, digest },
    {
      type: 'run.passed',
      ...name,
      phases: { identify: 12, register: 83, write: 140, verify: 1_530, record: 2 },
    },
  ];
}
