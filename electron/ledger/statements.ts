/**
 * Statements of the hot path, whose text is built and compiled by the query builder once and then used again with other
 * values: building one costs more than running it, and a verification runs tens of millions.
 * Must not: hold what belongs to one database; only texts, which are the same for all of one dialect.
 */
import type {
  Compilable,
  CompiledQuery,
  InsertObject,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
  UpdateObject,
} from 'kysely';
import type { Tables } from './schema.ts';

type Value = string | number | null;
type Values = Readonly<Record<string, Value>>;

/** Stands for a value in a statement that is being built. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement with named values. `build` is called once; `value(name)` stands for what will be given later. */
export function statement<V extends Values, R = unknown>(
  build: (db: Kysely<Tables>, value: <K extends keyof V & string>(name: K) => V[K]) => Compilable<R>,
): (db: Kysely<Tables>, values: V) => Promise<R[]> {
  let compiled: CompiledQuery<R> | undefined;
  return async (db, values) => {
    compiled ??= build(db, placeholderFor).compile();
    return run(db, compiled, values);
  };
}

/** Typed as the value that it stands for, so that the query builder checks its place. */
function placeholderFor<T>(name: string): T {
  return new Placeholder(name) as unknown as T;
}

async function run<R>(db: Kysely<Tables>, compiled: CompiledQuery<R>, values: Values): Promise<R[]> {
  const parameters = compiled.parameters.map((parameter) =>
    parameter instanceof Placeholder ? values[parameter.name] : parameter,
  );
  const query: CompiledQuery<R> = { ...compiled, parameters };
  return (await db.executeQuery(query)).rows;
}

/** An insert of whole rows. `finish` says what to do where the row is there already, and what to give back. */
export function insertion<T extends keyof Tables & string, R = unknown>(
  table: T,
  finish: (insert: InsertQueryBuilder<Tables, T, InsertResult>) => Compilable<R> = (insert) =>
    insert as unknown as Compilable<R>,
): (db: Kysely<Tables>, row: Tables[T]) => Promise<R[]> {
  let compiled: CompiledQuery<R> | undefined;
  return async (db, row) => {
    const values = row as unknown as Values;
    if (compiled === undefined) {
      const columns = placeholders(Object.keys(values)) as InsertObject<Tables, T>;
      compiled = finish(db.insertInto(table).values(columns)).compile();
    }
    return run(db, compiled, values);
  };
}

const updates = new Map<string, CompiledQuery>();

/** Changes the one row that `key` names; only the columns that `change` has. */
export async function updateRow<T extends 'credential' | 'run'>(
  db: Kysely<Tables>,
  table: T,
  key: Partial<Tables[T]>,
  change: Partial<Tables[T]>,
): Promise<void> {
  const columns = Object.keys(change);
  if (columns.length === 0) return;
  const name = `${table} ${columns}`;
  let compiled = updates.get(name);
  if (compiled === undefined) {
    compiled = db
      .updateTable(table as 'run')
      .set(placeholders(columns) as UpdateObject<Tables, 'run'>)
      .where((eb) => eb.and(placeholders(Object.keys(key)) as object))
      .compile();
    updates.set(name, compiled);
  }
  await run(db, compiled, { ...change, ...key } as Values);
}

function placeholders(columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, placeholderFor(column)]));
}
