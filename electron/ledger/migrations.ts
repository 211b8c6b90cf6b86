/**
 * The schema, as numbered steps that are never changed once released. A new event type takes a new number too,
 * so that an older station refuses the ledger instead of misreading it.
 * Must not: use what only one of SQLite and PostgreSQL has.
 */
import { type Kysely, sql } from 'kysely';
import { StationError } from '../domain/errors.ts';
import type { Tables } from './schema.ts';

type Step = (db: Kysely<Tables>) => Promise<void>;

const MIGRATIONS: readonly Step[] = [createTables, addProfileOfRun];

/** The schema that this station writes. */
const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema of an open database; 0 where there is none yet. */
export async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  const tables = await db.introspection.getTables();
  if (!tables.some((table) => table.name === 'schema_version')) return 0;
  const row = await db
    .selectFrom('schema_version')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** Brings the schema up to date, all in one transaction. Rejects LEDGER_NEWER where it is ahead of ours. */
export async function migrate(db: Kysely<Tables>, path: string, at: string): Promise<void> {
  const version = await schemaVersion(db);
  refuseNewer(version, path);
  if (version === SCHEMA_VERSION) return;
  await db.transaction().execute(async (trx) => {
    for (const [index, step] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await step(trx);
      await trx
        .insertInto('schema_version')
        .values({ number: index + 1, applied_at: at })
        .execute();
    }
  });
}

/** Throws LEDGER_NEWER where a newer station has written the ledger. */
function refuseNewer(version: number, path: string): void {
  if (version > SCHEMA_VERSION) {
    throw new StationError('LEDGER_NEWER', { path, schema: version, known: SCHEMA_VERSION });
  }
}

/**
 * For readers, who cannot migrate. Whether there is nothing in the database at all: a station was killed in the moment in
 * which it made it, or has just begun to. Rejects LEDGER_NEWER, LEDGER_FAILED where a writer must open it first, and
 * LEDGER_CORRUPT where it is another program's.
 */
export async function isUnmade(db: Kysely<Tables>, path: string): Promise<boolean> {
  const version = await schemaVersion(db);
  refuseNewer(version, path);
  if (version === SCHEMA_VERSION) return false;
  if (version > 0) throw new StationError('LEDGER_FAILED', { path, schema: version, known: SCHEMA_VERSION });
  const tables = await db.introspection.getTables();
  if (tables.length > 0) throw new StationError('LEDGER_CORRUPT', { path, what: 'not a ledger' });
  return true;
}

async function createTables(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('schema_version')
    .addColumn('number', 'integer', (c) => c.primaryKey())
    .addColumn('applied_at', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('run_event')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('previous_hash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('run_event_key', ['station_id', 'seq'])
    .execute();
  await schema.createIndex('run_event_by_run').on('run_event').columns(['run_id', 'seq']).execute();
  await schema
    .createTable('station')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('work_order')
    .addColumn('number', 'text', (c) => c.primaryKey())
    .addColumn('product', 'text', (c) => c.notNull())
    .addColumn('quantity', 'bigint', (c) => c.notNull())
    .addColumn('recipe', 'text', (c) => c.notNull())
    .addColumn('definition', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'text')
    .addColumn('passed', 'bigint', (c) => c.notNull())
    .addColumn('in_doubt', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('operator')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('first_seen_at', 'text', (c) => c.notNull())
    .addColumn('last_seen_at', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('slot')
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('port', 'text', (c) => c.notNull())
    .addColumn('last_run_id', 'text', (c) => c.notNull())
    .addColumn('last_seen_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('slot_key', ['station_id', 'name'])
    .execute();
  await createUnitTables(db);
  await createRunTable(db);
}

/** Runs of families that are told by a file how to talk to a unit: which file. */
async function addProfileOfRun({ schema }: Kysely<Tables>): Promise<void> {
  await schema.alterTable('run').addColumn('profile', 'text').execute();
  await schema.alterTable('run').addColumn('profile_digest', 'text').execute();
}

async function createUnitTables({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable('unit')
    .addColumn('hardware_id', 'text', (c) => c.primaryKey())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('firmware', 'text', (c) => c.notNull())
    .addColumn('first_seen_at', 'text', (c) => c.notNull())
    .addColumn('last_seen_at', 'text', (c) => c.notNull())
    .addColumn('instance_id', 'text')
    .addColumn('client_id', 'text')
    .addColumn('search_key', 'text', (c) => c.notNull())
    .addColumn('search_key_reversed', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('credential')
    .addColumn('instance_id', 'text', (c) => c.notNull())
    .addColumn('client_id', 'text', (c) => c.notNull())
    .addColumn('hardware_id', 'text', (c) => c.notNull().references('unit.hardware_id'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('made_at', 'text', (c) => c.notNull())
    .addColumn('changed_at', 'text', (c) => c.notNull())
    .addColumn('order_number', 'text', (c) => c.notNull())
    .addColumn('sequence', 'bigint')
    .addColumn('sequence_scope', 'text')
    .addColumn('requested_at', 'bigint')
    .addColumn('refreshing_key_id', 'text')
    .addColumn('refreshing_update_time', 'bigint')
    .addColumn('device_access_key_id', 'text')
    .addColumn('create_time', 'bigint')
    .addColumn('update_time', 'bigint')
    .addColumn('tx', 'text')
    .addColumn('digest', 'text')
    .addColumn('recipe', 'text')
    .addColumn('origin', 'text')
    .addColumn('doubt', 'text')
    .addColumn('in_doubt_since', 'text')
    .addColumn('passed_record_id', 'text')
    .addColumn('passed_at', 'text')
    .addColumn('passed_order', 'text')
    .addColumn('passed_operator', 'text')
    .addColumn('search_key', 'text', (c) => c.notNull())
    .addColumn('search_key_reversed', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('credential_key', ['instance_id', 'client_id'])
    .execute();
  for (const table of ['unit', 'credential'] as const) {
    await schema.createIndex(`${table}_by_start`).on(table).columns(['search_key', 'hardware_id']).execute();
    await schema
      .createIndex(`${table}_by_end`)
      .on(table)
      .columns(['search_key_reversed', 'hardware_id'])
      .execute();
  }
  await schema
    .createIndex('credential_by_key')
    .on('credential')
    .columns(['device_access_key_id', 'hardware_id'])
    .execute();
  await schema.createIndex('credential_by_unit').on('credential').column('hardware_id').execute();
  await schema
    .createIndex('credential_by_sequence')
    .on('credential')
    .columns(['sequence_scope', 'sequence'])
    .execute();
  await schema
    .createIndex('credential_in_doubt')
    .on('credential')
    .columns(['in_doubt_since', 'instance_id', 'client_id'])
    .where(sql.ref('in_doubt_since'), 'is not', null)
    .execute();
}

async function createRunTable({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable('run')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('started_at', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'text')
    .addColumn('hardware_id', 'text', (c) => c.references('unit.hardware_id'))
    .addColumn('model', 'text')
    .addColumn('firmware', 'text')
    .addColumn('unit_state', 'text')
    .addColumn('slot', 'text', (c) => c.notNull())
    .addColumn('port', 'text', (c) => c.notNull())
    .addColumn('order_number', 'text', (c) => c.notNull())
    .addColumn('product', 'text')
    .addColumn('operator', 'text')
    .addColumn('instance_id', 'text')
    .addColumn('client_id', 'text')
    .addColumn('device_access_key_id', 'text')
    .addColumn('digest', 'text')
    .addColumn('outcome', 'text')
    .addColumn('code', 'text')
    .addColumn('cloud_code', 'text')
    .addColumn('phase', 'text')
    .addColumn('evidence', 'text')
    .addColumn('phases', 'text')
    .addColumn('event_hash', 'text')
    .execute();
  await schema.createIndex('run_by_start').on('run').columns(['started_at', 'id']).execute();
  await schema.createIndex('run_by_order').on('run').columns(['order_number', 'started_at', 'id']).execute();
  // Has all that it takes to find and order a unit's runs, so that no row is read that is not shown.
  await schema
    .createIndex('run_by_unit')
    .on('run')
    .columns(['hardware_id', 'digest', 'outcome', 'started_at', 'id'])
    .execute();
  await schema.createIndex('run_by_client').on('run').column('client_id').execute();
  await schema
    .createIndex('run_without_end')
    .on('run')
    .columns(['station_id', 'started_at'])
    .where(sql.ref('outcome'), 'is', null)
    .execute();
}
