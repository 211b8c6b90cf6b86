/** `keybench verify-ledger`: walks the chain, replays the events, compares every table. Reads only. */
import { asStationError } from '../domain/errors.ts';
import { verifyLedger } from '../ledger/verify-ledger.ts';
import type { VerifyLedgerArguments } from './arguments.ts';
import { CommandError, EXIT_LEDGER, EXIT_NOT_ALL_PASSED, EXIT_WELL } from './command-error.ts';
import { defaultLedgerPath, languageOf } from './environment.ts';
import { describeError, describeUnmade } from './run-output.ts';

/** Prints one JSON object with what was found. 0: in order; 1: problems; 3: cannot be read. */
export async function verifyLedgerCommand(args: VerifyLedgerArguments): Promise<number> {
  const path = args.ledgerPath ?? defaultLedgerPath(process.env);
  try {
    const report = await verifyLedger(path);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (report.isUnmade) process.stderr.write(`${describeUnmade(path)}\n`);
    for (const problem of report.problems) process.stderr.write(`${path}: ${JSON.stringify(problem)}\n`);
    process.stderr.write(
      `${path}: ${report.events} events, ${report.ok ? 'in order' : 'NOT in order'}, head ${report.head}\n`,
    );
    return report.ok ? EXIT_WELL : EXIT_NOT_ALL_PASSED;
  } catch (thrown) {
    throw new CommandError(EXIT_LEDGER, describeError(asStationError(thrown), languageOf(process.env)));
  }
}
