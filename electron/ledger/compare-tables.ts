/**
 * Compares each derived table of two databases row by row, both read in the order of their keys, one row of each in
 * memory at a time.
 * Must not: need to know what a column means; a new one is compared without a change here.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { Problems, VerifyProblem } from './verify-report.ts';

/** The derived tables and their keys. */
const KEYS = {
  station: ['id'],
  work_order: ['number'],
  operator: ['id'],
  slot: ['station_id', 'name'],
  unit: ['hardware_id'],
  credential: ['instance_id', 'client_id'],
  run: ['id'],
} as const satisfies Partial<Record<keyof Tables, readonly string[]>>;

type DerivedTable = keyof typeof KEYS;
type Row = Readonly<Record<string, string | number | null>>;

/** Rows after which others get a turn. */
const ROWS_AT_A_TIME = 2_000;

/** Reports every row of `stored` that is not as `expected` has it, every one too many and every one missing. */
export async function compareTables(
  stored: Kysely<Tables>,
  expected: Kysely<Tables>,
  problems: Problems,
  breathe: () => Promise<void>,
): Promise<void> {
  for (const table of Object.keys(KEYS) as DerivedTable[]) {
    const report = (problem: Problem) => problems.add({ kind: 'table', ...problem });
    const [found, wanted] = [rowsOf(stored, table), rowsOf(expected, table)];
    try {
      await compareTable({ table, report, breathe }, found, wanted);
    } finally {
      await found.return?.();
      await wanted.return?.();
    }
  }
}

function rowsOf(db: Kysely<Tables>, table: DerivedTable): AsyncIterator<Row> {
  const { ref } = db.dynamic;
  const query = KEYS[table].reduce(
    (ordered, column) => ordered.orderBy(ref<string>(column)),
    db.selectFrom(table as 'run').selectAll(),
  );
  return query.stream() as AsyncIterator<unknown> as AsyncIterator<Row>;
}

type Problem = Omit<VerifyProblem, 'kind'>;

interface Comparison {
  readonly table: DerivedTable;
  readonly report: (problem: Problem) => void;
  readonly breathe: () => Promise<void>;
}

async function compareTable(
  { table, report, breathe }: Comparison,
  stored: AsyncIterator<Row>,
  expected: AsyncIterator<Row>,
): Promise<void> {
  let found = await next(stored);
  let wanted = await next(expected);
  for (let row = 0; found !== undefined || wanted !== undefined; row += 1) {
    if (row % ROWS_AT_A_TIME === 0) await breathe();
    const order = compareKeys(table, found, wanted);
    if (order < 0 && found) {
      report({ where: nameOf(table, found), expected: 'no row', found: 'a row' });
      found = await next(stored);
    } else if (order > 0 && wanted) {
      report({ where: nameOf(table, wanted), expected: 'a row', found: 'no row' });
      wanted = await next(expected);
    } else if (found && wanted) {
      for (const problem of differences(table, found, wanted)) report(problem);
      found = await next(stored);
      wanted = await next(expected);
    }
  }
}

async function next(rows: AsyncIterator<Row>): Promise<Row | undefined> {
  const { done, value } = await rows.next();
  return done === true ? undefined : value;
}

function differences(table: DerivedTable, found: Row, wanted: Row): Problem[] {
  return Object.entries(wanted)
    .filter(([column, value]) => found[column] !== value)
    .map(([column, value]) => ({
      where: `${nameOf(table, wanted)}, ${column}`,
      expected: String(value),
      found: String(found[column]),
    }));
}

/** The order in which the database sorts: by the bytes of UTF-8. The row that is missing sorts last. */
function compareKeys(table: DerivedTable, a: Row | undefined, b: Row | undefined): number {
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  for (const column of KEYS[table]) {
    if (a[column] === b[column]) continue;
    return Buffer.compare(Buffer.from(String(a[column])), Buffer.from(String(b[column])));
  }
  return 0;
}

function nameOf(table: DerivedTable, row: Row): string {
  return `${table} ${KEYS[table].map((column) => row[column]).join(' ')}`;
}
