/**
 * `keybench records`: the sealed records, oldest first, as one JSON array or as CSV on standard output. Reads beside a
 * station that is writing. Must not: hold them all in memory.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { asStationError } from '../domain/errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { RecordsArguments } from './arguments.ts';
import { CommandError, EXIT_LEDGER, EXIT_WELL } from './command-error.ts';
import { defaultLedgerPath, languageOf } from './environment.ts';
import { csvHeader, csvRow, recordFields } from './record-format.ts';
import { describeError } from './run-output.ts';

/** 0, also where nothing matches; 3 where the ledger cannot be read. */
export async function recordsCommand(args: RecordsArguments): Promise<number> {
  const path = args.ledgerPath ?? defaultLedgerPath(process.env);
  if (!existsSync(path)) throw new CommandError(EXIT_LEDGER, `${path}: there is no ledger here`);
  try {
    const ledger = await openLedger({ path, mode: 'read' });
    try {
      const { orderNumber, clientId } = args;
      const records = ledger.everyRecord({ orderNumber, clientId });
      await (args.format === 'csv' ? printCsv(records) : printJson(records));
    } finally {
      await ledger.close();
    }
    return EXIT_WELL;
  } catch (thrown) {
    throw new CommandError(EXIT_LEDGER, describeError(asStationError(thrown), languageOf(process.env)));
  }
}

type Records = AsyncIterable<Parameters<typeof recordFields>[0]>;

async function printJson(records: Records): Promise<void> {
  let before = '[\n';
  for await (const record of records) {
    await print(`${before}${JSON.stringify(recordFields(record))}`);
    before = ',\n';
  }
  await print(before === '[\n' ? '[]\n' : '\n]\n');
}

async function printCsv(records: Records): Promise<void> {
  await print(`${csvHeader()}\r\n`);
  for await (const record of records) await print(`${csvRow(record)}\r\n`);
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text) && !process.stdout.destroyed) await once(process.stdout, 'drain');
}
