/**
 * `keybench serve`: the full screen in a browser, on loopback only; and `keybench train`, the same over the training bench.
 * Prints one line with the address. The station is a child; this process serves, supervises and keeps the AccessKey.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { ErrorPayload } from '../contract/api.ts';
import { ERRORS, type ErrorCode, StationError } from '../domain/errors.ts';
import type { OrderFile } from '../station/service-ports.ts';
import { createMemoryVault } from './access-vault.ts';
import type { ServeArguments, TrainArguments } from './arguments.ts';
import { CommandError, EXIT_LEDGER, EXIT_USAGE, EXIT_WELL } from './command-error.ts';
import { describeFaults } from './describe-faults.ts';
import { defaultLedgerPath, languageOf, takePlainAccess } from './environment.ts';
import { forkStation, forkTraining } from './forked-child.ts';
import { accessView, createHostBackend } from './host-backend.ts';
import { createLoopbackServer } from './loopback-server.ts';
import { ruleFiles } from './rule-files.ts';
import { describeError } from './run-output.ts';
import { StationHost } from './station-host.ts';
import { productionOptions, trainingOptions } from './station-options.ts';
import { startTraining, type TrainingHost } from './training-host.ts';
import { readWorkOrder } from './work-order-file.ts';

/** The built files lie beside the one that runs. */
const DIST = __dirname.endsWith('chunks') ? dirname(__dirname) : __dirname;

declare const __VERSION__: string;

/** Runs until SIGINT or SIGTERM. Throws CommandError: 2 for a bad order or port, 3 for the ledger. */
export async function serveCommand(args: ServeArguments): Promise<number> {
  const taken = takePlainAccess(process.env);
  const access = typeof taken === 'string' ? undefined : taken;
  const ledgerPath = args.ledgerPath ?? defaultLedgerPath(process.env);
  const order = args.workOrderPath === undefined ? undefined : await orderFile(args.workOrderPath);
  const host = new StationHost({
    spawn: () => forkStation(DIST),
    options: productionOptions({
      version: __VERSION__,
      ledgerPath,
      ports: args.ports,
      access,
      accessView: accessView('environment', access, false),
      order,
    }),
  });
  return serveUntilStopped(host, args, undefined);
}

/** As `serve`, over the training bench: emulated cloud, broker and units; a ledger of its own that is thrown away. */
export async function trainCommand(args: TrainArguments): Promise<number> {
  takePlainAccess(process.env);
  const dir = mkdtempSync(join(tmpdir(), 'keybench-training-ledger-'));
  let host: StationHost | undefined;
  const training = await startTraining(forkTraining(DIST), args.units, (view) => host?.setTraining(view));
  try {
    const options = trainingOptions(training, dir, __VERSION__);
    host = new StationHost({ spawn: () => forkStation(DIST), options });
    return await serveUntilStopped(host, args, training);
  } finally {
    training.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function serveUntilStopped(
  station: StationHost,
  { port, isOpening }: { readonly port: number; readonly isOpening: boolean },
  training: TrainingHost | undefined,
): Promise<number> {
  // The address first: where it cannot be had, no run may have begun. Until the station is up, it answers "away".
  const backend = createHostBackend({ station, vault: createMemoryVault(), inject: training?.inject });
  const rendererDir = join(DIST, 'renderer');
  const server = await createLoopbackServer({ port, rendererDir, backend }).catch((error: unknown) => {
    throw new CommandError(EXIT_USAGE, `--port ${port}: ${error instanceof Error ? error.message : error}`);
  });
  const failure = await station.start();
  if (failure !== undefined) {
    await server.close();
    throw new CommandError(EXIT_LEDGER, describe(failure));
  }
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  if (isOpening) openBrowser(server.urlForOnce());
  await new Promise<void>((resolve) => {
    // For good: a terminal signals the whole group and `npm start` hands it on; the second must not cut the end short.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve());
  });
  await station.close();
  await server.close();
  return EXIT_WELL;
}

async function orderFile(path: string): Promise<OrderFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(
      EXIT_USAGE,
      `${path}: cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  });
  const directory = dirname(resolve(path));
  const result = readWorkOrder(text, { files: ruleFiles(directory) });
  if (result.ok) return { fileName: basename(path), text, directory };
  throw new CommandError(EXIT_USAGE, describeFaults(path, result.faults, languageOf(process.env)));
}

function describe({ code, evidence }: ErrorPayload): string {
  const known = code in ERRORS ? (code as ErrorCode) : 'BUG';
  return describeError(new StationError(known, evidence), languageOf(process.env));
}

/** A browser that cannot be opened is no fault: the address was printed. */
function openBrowser(url: string): void {
  const commands: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    win32: ['cmd', '/c', 'start', '', url],
    darwin: ['open', url],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () =>
    process.stderr.write(`No browser could be opened here; open the address above yourself.\n`),
  );
  child.unref();
}
