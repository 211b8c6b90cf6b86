/**
 * What a person's text in the search field means. A beginning or an end of an identifier is found by index among a
 * million; a text in its middle is not looked for.
 * Must not: scan a table.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { reversed } from './search-keys.ts';

export type Target =
  | { readonly kind: 'all'; readonly isCut: false }
  | { readonly kind: 'run'; readonly id: string; readonly isCut: false }
  | { readonly kind: 'order'; readonly number: string; readonly isCut: false }
  | { readonly kind: 'units'; readonly hardwareIds: readonly string[]; readonly isCut: boolean };

/** Most units that one search looks at. */
const MAX_UNITS = 200;

/**
 * A record id or a work order's number, exactly; else the units whose hardware id or ClientId begins or ends with
 * the text (in any case), or that have exactly this DeviceAccessKeyId.
 */
export async function targetOf(db: Kysely<Tables>, given: string | undefined): Promise<Target> {
  const text = given?.trim() ?? '';
  if (text === '') return { kind: 'all', isCut: false };
  const run = await db.selectFrom('run').select('id').where('id', '=', text).executeTakeFirst();
  if (run) return { kind: 'run', id: run.id, isCut: false };
  const order = await db
    .selectFrom('work_order')
    .select('number')
    .where('number', '=', text)
    .executeTakeFirst();
  if (order) return { kind: 'order', number: order.number, isCut: false };
  const found = new Set<string>();
  for (const ask of [unitsNamed, claimsNamed]) {
    for (const hardwareId of await ask(db, text.toLowerCase())) found.add(hardwareId);
  }
  for (const hardwareId of await unitsWithKey(db, text)) found.add(hardwareId);
  return { kind: 'units', hardwareIds: [...found].slice(0, MAX_UNITS), isCut: found.size > MAX_UNITS };
}

type NamedTable = 'unit' | 'credential';

const unitsNamed = (db: Kysely<Tables>, text: string) => named(db, 'unit', text);
const claimsNamed = (db: Kysely<Tables>, text: string) => named(db, 'credential', text);

async function named(db: Kysely<Tables>, table: NamedTable, text: string): Promise<string[]> {
  const ranges = [
    ['search_key', text],
    ['search_key_reversed', reversed(text)],
  ] as const;
  const found: string[] = [];
  for (const [column, start] of ranges) {
    const rows = await db
      .selectFrom(table)
      .select('hardware_id')
      .where(column, '>=', start)
      .where(column, '<', `${start}\u{10ffff}`)
      .orderBy(column)
      .limit(MAX_UNITS + 1)
      .execute();
    found.push(...rows.map((row) => row.hardware_id));
  }
  return found;
}

async function unitsWithKey(db: Kysely<Tables>, deviceAccessKeyId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('credential')
    .select('hardware_id')
    .where('device_access_key_id', '=', deviceAccessKeyId)
    .limit(MAX_UNITS)
    .execute();
  return rows.map((row) => row.hardware_id);
}
