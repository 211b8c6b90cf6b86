/**
 * Rows of a CSV file as the official generator reads them: Python's csv module over lines from which comments were taken. Where
 * that would lose something without a word, it is refused. Must not: know what the columns mean.
 */
import { NvsError } from './nvs-error.ts';

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

type Within = 'row-start' | 'field-start' | 'field' | 'quotes' | 'after-quote';

/** Rows that hold anything, the header included. Throws NvsError bad-csv. */
export function csvRows(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [fields, field, rowLine]: [string[], string, number] = [[], '', 1];
  let within: Within = 'row-start';

  function endField(): void {
    fields.push(field);
    field = '';
  }

  function endRow(): void {
    if (within !== 'row-start') {
      endField();
      rows.push({ line: rowLine, fields });
      fields = [];
    }
    within = 'row-start';
  }

  function take(character: string): void {
    if (within === 'quotes') {
      if (character === '"') within = 'after-quote';
      else field += character;
    } else if (character === '\n') endRow();
    else if (character === ',') {
      endField();
      within = 'field-start';
    } else if (character === '"' && within !== 'field') {
      // Doubled inside quotes it stands for itself; anywhere but at a field's start it is a character like others.
      if (within === 'after-quote') field += character;
      within = 'quotes';
    } else {
      field += character;
      within = 'field';
    }
  }

  for (const [index, line] of linesOf(text).entries()) {
    const number = index + 1;
    const isQuoted = (within as Within) === 'quotes';
    if (line.startsWith('#')) {
      // The generator takes comments out before it looks for quotes, and so cuts lines out of values.
      if (isQuoted)
        throw new NvsError('bad-csv', 'a line inside quotes must not begin with #', { line: number });
      continue;
    }
    if (!isQuoted) rowLine = number;
    for (const character of line) take(character);
  }
  if ((within as Within) === 'quotes') {
    throw new NvsError('bad-csv', 'the quotes that begin in this row are never closed', { line: rowLine });
  }
  endRow();
  return rows;
}

/** Lines with their `\n`, whichever way they end in the file; without the byte order mark that spreadsheets write. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split(/(?<=\n)/);
}
