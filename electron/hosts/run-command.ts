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
import { ruleFiles } from './rule-files.ts';
import { createRunOutput, describeError, type RunOutput } from './run-output.ts';
import { runSlots } from './run-slots.ts';
import { readWorkOrder } from './work-order-file.ts';

/** Milliseconds from the first SIGINT or SIGTERM until the process ends whatever is still under way. */
const LAST_CALL_MS = 4_500;

/** Returns the exit status. Throws CommandError where nothing was started. */
export async function runCommand(args: RunArguments): Promise<number> {
  const { order, definition, family, warnings } = await orderOf(args.workOrderPath);
  const access = takeCloudAccess(process.env);
  const language = languageOf(process.env);
  const output = createRunOutput({ isJson: args.isJson, language, out: process.stdout, err: process.stderr });
  for (const warning of warnings) output.say(`${args.workOrderPath}: ${warning}`);
  const path = args.ledgerPath ?? defaultLedgerPath(process.env);
  const ledger = await orExit(language, () => openLedger({ path, mode: 'write' }));
  if (ledger.interrupted > 0)
    output.say(`${ledger.interrupted} runs had been interrupted; their units carry on`);
  try {
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
    const attempts = new Attempts(args.count);
    const slots = args.ports.map((port) => createPathSlot(port));
    const { signal, isInterrupted } = listenForSignals(output);
    const fatal = await runSlots({ station, slots, attempts, waitMs: args.waitMs }, signal);
    const head = await ledger.head().catch(() => undefined);
    output.finished(attempts.tally, head);
    return statusOf(fatal, attempts, isInterrupted(), (error) => output.say(describeError(error, language)));
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

/** The first signal ends the runs in order; a station that is still busy after a while ends anyway. */
function listenForSignals(output: RunOutput): { signal: AbortSignal; isInterrupted: () => boolean } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    output.say('stopping: finishing the write in hand');
    controller.abort();
    setTimeout(() => process.exit(EXIT_NOT_ALL_PASSED), LAST_CALL_MS).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return { signal: controller.signal, isInterrupted: () => controller.signal.aborted };
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
