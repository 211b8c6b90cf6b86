/** Records for the window: pages and exports of what the ledger lists. Must not: hold more than a page, or a bounded export. */
import type { CommandInput, CommandOutput } from '../contract/api.ts';
import type { RecordsPage, RecordView } from '../contract/record-views.ts';
import type { ErrorCode, Evidence } from '../domain/errors.ts';
import type { Phase } from '../domain/run.ts';
import { csvLine } from './csv.ts';
import type { ListedDoubt, ListedRun, RecordBook } from './service-ports.ts';

const PAGE = 50;
/** An export that a window can still hold; whole ledgers are exported with `keybench records`. */
const MOST_EXPORTED = 50_000;

type Search = CommandInput<'records.search'>;

export async function searchRecords(book: RecordBook, input: Search): Promise<RecordsPage> {
  if (input.filter === 'in-doubt') return { rows: (await book.inDoubt({ limit: 500 })).map(doubtView) };
  const { text, orderNumber, after, filter } = input;
  const query = {
    text: text.trim() === '' ? undefined : text.trim(),
    orderNumber,
    before: after,
    limit: PAGE,
  };
  const { items } = await (filter === 'passed' ? book.records(query) : book.runs(query));
  const next = items.length < PAGE ? undefined : items.at(-1)?.runId;
  return { rows: items.map(recordView), ...(next === undefined ? {} : { next }) };
}

export async function exportRecords(
  book: RecordBook,
  { format, ...search }: CommandInput<'records.export'>,
): Promise<CommandOutput<'records.export'>> {
  const rows: RecordView[] = [];
  let after: string | undefined;
  do {
    const page: RecordsPage = await searchRecords(book, after === undefined ? search : { ...search, after });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined && rows.length < MOST_EXPORTED);
  const fileName = `keybench-records-${new Date().toISOString().slice(0, 10)}.${format}`;
  const text = format === 'csv' ? csv(rows) : `${JSON.stringify(rows, null, 1)}\n`;
  const mediaType = format === 'csv' ? 'text/csv' : 'application/json';
  return { fileName, mediaType, text, rows: rows.length, isComplete: after === undefined };
}

function recordView(run: ListedRun): RecordView {
  const { workOrder, code, phase, evidence, ...rest } = run;
  return {
    ...rest,
    evidence: evidence as Evidence,
    ...(phase === undefined ? {} : { phase: phase as Phase }),
    orderNumber: workOrder,
    isInDoubt: false,
    ...(code === undefined ? {} : { code: code as ErrorCode }),
  };
}

function doubtView({ claim, since, workOrder }: ListedDoubt): RecordView {
  const { clientId, instanceId, hardwareId } = claim;
  const where = { slot: '', port: '', startedAt: since, phases: {} };
  return {
    runId: `${instanceId} ${clientId}`,
    isInDoubt: true,
    clientId,
    instanceId,
    hardwareId,
    orderNumber: workOrder,
    ...where,
  };
}

const COLUMNS = [
  'runId',
  'outcome',
  'code',
  'cloudCode',
  'hardwareId',
  'model',
  'firmware',
  'clientId',
  'instanceId',
  'deviceAccessKeyId',
  'orderNumber',
  'product',
  'slot',
  'port',
  'operator',
  'startedAt',
  'endedAt',
  'digest',
  'eventHash',
  'profile',
  'profileDigest',
] as const satisfies readonly (keyof RecordView)[];

/** With a byte order mark, by which spreadsheets know that it is UTF-8. */
function csv(rows: readonly RecordView[]): string {
  const lines = rows.map((row) => csvLine(COLUMNS.map((name) => String(row[name] ?? ''))));
  return `\ufeff${[csvLine(COLUMNS), ...lines].join('\r\n')}\r\n`;
}
