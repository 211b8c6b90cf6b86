/**
 * A CSV file of the official generator's format as namespaces and entries: columns key, type, encoding, value. Source:
 * Espressif, "NVS Partition Generator Utility". Must not: open a file itself, or put a value into a message.
 */
import { type CsvRow, csvRows } from './csv-rows.ts';
import { valueFrom } from './csv-value.ts';
import { faultOfName, type PlaceOf } from './encode-nvs.ts';
import { NvsError, type NvsPlace } from './nvs-error.ts';
import type { NvsEntry, NvsNamespace } from './types.ts';
import { createWifiExtras } from './wifi-extras.ts';

export interface CsvContents {
  readonly namespaces: readonly NvsNamespace[];
  /** What an engineer should know although nothing is wrong; a line each. */
  readonly notes: readonly string[];
  readonly placeOf: PlaceOf;
}

/** The bytes of a file that a row of type `file` names. Throws where it cannot be read. */
export type ReadFile = (path: string) => Uint8Array;

const COLUMNS = ['key', 'type', 'encoding', 'value'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string | undefined>>;

/** Throws NvsError: bad-csv, with the line. Names and ranges are checked when the entries are encoded. */
export function csvEntries(bytes: Uint8Array, readFile: ReadFile): CsvContents {
  const [header, ...rows] = csvRows(textFrom(bytes));
  const namespaces: { readonly name: string; readonly entries: NvsEntry[] }[] = [];
  const notes: string[] = [];
  const lines = new Map<NvsEntry, number>();
  const extras = createWifiExtras();
  const columns = columnsOf(header);
  for (const csvRow of rows) {
    const row = rowOf(csvRow, columns);
    const line = csvRow.line;
    const key = row.key ?? '';
    if (row.type === 'namespace') {
      const fault = faultOfName(key);
      if (fault !== undefined) throw new NvsError('bad-csv', `the namespace's name ${fault}`, { line });
      const latest = namespaces.findLast(({ name }) => name !== key)?.name;
      if (latest !== undefined && namespaces.some(({ name }) => name === key))
        notes.push(noteOfReopened(line, key, latest));
      namespaces.push({ name: key, entries: [] });
      continue;
    }
    const current = namespaces.at(-1);
    if (current === undefined) throw new NvsError('bad-csv', 'a namespace must come first', { line });
    const place = { line, namespace: current.name, ...nameable(row) };
    const value = readRow(row, place, readFile);
    const { before, after } = extras.around(row, place);
    const added = [...before, ...after].map((entry) => entry.key);
    if (added.length > 0) {
      notes.push(`line ${line}: ${added.join(', ')} added to ${key}, as the official generator does`);
    }
    for (const entry of [...before, { key, value }, ...after]) {
      lines.set(entry, line);
      current.entries.push(entry);
    }
  }
  return { namespaces, notes, placeOf: (entry) => placeOfLine(lines.get(entry)) };
}

/**
 * The key, for a message; not where it may be no key: the second line of a value that lacks its quotes stands in the key's
 * column, and has no type behind it.
 */
function nameable({ key = '', type }: Row): { readonly key?: string } {
  return (type === 'data' || type === 'file') && faultOfName(key) === undefined ? { key } : {};
}

function placeOfLine(line: number | undefined): NvsPlace {
  return line === undefined ? {} : { line };
}

function noteOfReopened(line: number, name: string, latest: string): string {
  return `line ${line}: namespace ${name} goes on here; the official generator would put the keys below into ${latest}`;
}

function textFrom(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NvsError('bad-csv', 'the file is not UTF-8 text');
  }
}

function columnsOf(header: CsvRow | undefined): readonly string[] {
  const missing = COLUMNS.filter((column) => header?.fields.includes(column) !== true);
  if (header !== undefined && missing.length === 0) return header.fields;
  const place = header === undefined ? {} : { line: header.line };
  throw new NvsError('bad-csv', `the first row must name the columns ${COLUMNS.join(',')}`, place);
}

function rowOf({ line, fields }: CsvRow, columns: readonly string[]): Row {
  if (fields.slice(columns.length).some((field) => field !== '')) {
    const reason = `${fields.length} columns instead of ${columns.length}: a value with a comma needs quotes`;
    throw new NvsError('bad-csv', reason, { line });
  }
  const field = (column: string) => fields[columns.indexOf(column)];
  return { key: field('key'), type: field('type'), encoding: field('encoding'), value: field('value') };
}

function readRow({ type, encoding, value }: Row, place: NvsPlace, readFile: ReadFile) {
  if (type !== 'data' && type !== 'file') {
    throw new NvsError('bad-csv', 'the type must be namespace, data or file', place);
  }
  if (value === undefined || encoding === undefined) {
    throw new NvsError('bad-csv', 'the row ends before the value', place);
  }
  if (type === 'data') return valueFrom(encoding, { text: value }, place);
  try {
    return valueFrom(encoding, { file: readFile(value) }, place);
  } catch (error) {
    if (error instanceof NvsError) throw error;
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new NvsError('bad-csv', `the file cannot be read${code}`, place);
  }
}
