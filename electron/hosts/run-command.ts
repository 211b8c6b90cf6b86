/**
 * `keybench run`: the station without a window. It is itself the station process: killing it leaves nothing behind.
 * Checks in this order: arguments, order file, environment, ledger; only then is a port opened.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asStationError, type StationError } from '../domain/errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { createPathSlot } from '../serial/slot-port.ts';
import { stopsStation } from '../station/station.ts';
import type { RunArguments } from './arguments.ts';
import { Attempts } from './attempts.ts';
import { CommandError, EXIT_LEDGER, EXIT_NOT_ALL_PASSED, EXIT_USAGE, EXIT_WELL } from './command-error.ts';
import { composeStation } from './compose.ts';
import { describeFaults } from './describe-faults.ts';
import { defaultLedgerPath, languageOf, takeCloudAccess } from './environment.ts';
import { interruption } from './interruption.ts';
import { ruleFiles } from './rule-files.ts';
import { createRunOutput, describeError, type RunOutput } from './run-output.ts';
import { runSlots } from './run-slots.ts';
import { readWorkOrder } from './work-order-file.ts';

/**
 * Returns the exit status. Throws CommandError where nothing was started. `outputLost`: nobody hears any more what becomes of
 * a unit, so no further one is begun.
 */
export async function runCommand(args: RunArguments, outputLost: AbortSignal): Promise<number> {
  const language = languageOf(process.env);
  const output = createRunOutput({ isJson: args.isJson, language, out: process.stdout, err: process.stderr });
  const attempts = new Attempts(args.count);
  // From here on even what hangs ends with the line `finished`.
  interruption.lastWords = async () => output.finished(attempts.tally, undefined);
  const { order, definition, family, warnings } = await orderOf(args.workOrderPath);
  const access = takeCloudAccess(process.env);
  for (const warning of warnings) output.say(describeFaults(args.workOrderPath, [warning], language));
  const path = args.ledgerPath ?? defaultLedgerPath(process.env);
  const ledger = await orExit(language, () => openLedger({ path, mode: 'write' }));
  if (ledger.interrupted > 0)
    output.say(`${ledger.interrupted} runs had been interrupted; their units carry on`);
  let finished: Promise<void> | undefined;
  const finish = () => {
    finished ??= ledger
      .head()
      .catch(() => undefined)
      .then((head) => output.finished(attempts.tally, head));
    return finished;
  };
  interruption.lastWords = finish;
  const { signal } = interruption;
  whenAborted(signal, () => output.say('stopping: finishing the write in hand'));
  try {
    let fatal: StationError | undefined;
    if (!signal.aborted) {
      const { operator } = args;
      const parts = {
        order,
        definition,
        family,
        access,
        ledger,
        operator,
        onEvent: (event: Parameters<RunOutput['event']>[0]) => output.event(event),
      };
      const station = await orExit(language, () => composeStation(parts));
      const slots = args.ports.map((port) => createPathSlot(port));
      const options = { station, slots, attempts, waitMs: args.waitMs, noMore: outputLost };
      fatal = await runSlots(options, signal);
    }
    await finish();
    return statusOf(fatal, attempts, signal.aborted, (error) => output.say(describeError(error, language)));
  } finally {
    await ledger.close();
  }
}

async function orderOf(path: string) {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(
      EXIT_USAGE,
      `${path}: cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  const result = readWorkOrder(text, { files: ruleFiles(dirname(path)) });
  if (result.ok) return result;
  throw new CommandError(EXIT_USAGE, describeFaults(path, result.faults, languageOf(process.env)));
}

/** Ledger errors before anything was started: status 3. */
async function orExit<T>(language: 'en' | 'zh-CN', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = asStationError(thrown);
    const status = stopsStation(error) ? EXIT_LEDGER : EXIT_USAGE;
    throw new CommandError(status, describeError(error, language));
  }
}

function whenAborted(signal: AbortSignal, run: () => void): void {
  if (signal.aborted) run();
  else signal.addEventListener('abort', run, { once: true });
}

function statusOf(
  fatal: StationError | undefined,
  attempts: Attempts,
  isInterrupted: boolean,
  say: (error: StationError) => void,
): number {
  if (fatal !== undefined) {
    say(fatal);
    return EXIT_LEDGER;
  }
  return attempts.isWell && !isInterrupted ? EXIT_WELL : EXIT_NOT_ALL_PASSED;
}
