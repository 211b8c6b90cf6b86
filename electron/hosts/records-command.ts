/**
 * `keybench records`: the sealed records, oldest first, as one JSON array or as CSV on standard output. Reads beside a
 * station that is writing. Must not: hold them all in memory, or go on when nobody reads any more.
 */
import { existsSync } from 'node:fs';
import { asStationError } from '../domain/errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { RecordsArguments } from './arguments.ts';
import { CommandError, EXIT_LEDGER, EXIT_WELL } from './command-error.ts';
import { defaultLedgerPath, languageOf } from './environment.ts';
import { csvHeader, csvRow, recordFields } from './record-format.ts';
import { describeError, describeUnmade } from './run-output.ts';

/** 0, also where nothing matches; 3 where the ledger cannot be read. */
export async function recordsCommand(args: RecordsArguments): Promise<number> {
  const path = args.ledgerPath ?? defaultLedgerPath(process.env);
  if (!existsSync(path)) throw new CommandError(EXIT_LEDGER, `${path}: there is no ledger here`);
  try {
    const ledger = await openLedger({ path, mode: 'read' });
    if (ledger.isUnmade) process.stderr.write(`${describeUnmade(path)}\n`);
    try {
      const { orderNumber, clientId } = args;
      const records = ledger.everyRecord({ orderNumber, clientId });
      await (args.format === 'csv' ? printCsv(records) : printJson(records));
    } finally {
      await ledger.close();
    }
    return EXIT_WELL;
  } catch (thrown) {
    // The command line's entry knows why, and what it means for the exit status.
    if (thrown instanceof NotPrinted) return EXIT_WELL;
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

class NotPrinted extends Error {}

/** Waits until the text is on its way, so that a slow reader slows us down. Rejects NotPrinted where it cannot be written. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(new NotPrinted()) : resolve()));
  });
}
