/**
 * `keybench emulate-cloud`: the emulated cloud by itself, on loopback, with one JSON line per call on standard output.
 * It accepts the AccessKey of the environment, so that station and cloud can be started from one shell; without one,
 * the training key below, which is no secret of anybody's.
 */
import { readFile } from 'node:fs/promises';
import { createEmulatedCloud } from '../simulator/cloud/emulated-cloud.ts';
import { type ParsedFaultPlan, parseFaultPlan } from '../simulator/cloud/fault-plan.ts';
import type { EmulateCloudArguments } from './arguments.ts';
import { CommandError, EXIT_USAGE, EXIT_WELL } from './command-error.ts';
import { takeAccessForEmulation } from './environment.ts';

/** Runs until SIGINT or SIGTERM. Throws CommandError (status 2) for a bad fault plan or a port that is taken. */
export async function emulateCloudCommand({ port, faultsPath }: EmulateCloudArguments): Promise<number> {
  const file: PlanFile = faultsPath === undefined ? { plan: [] } : await planOf(faultsPath);
  const key = takeAccessForEmulation(process.env);
  const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const cloud = await createEmulatedCloud({
    port,
    accessKeys: [key],
    faults: file.plan,
    ...(file.secondRegister === undefined ? {} : { secondRegister: file.secondRegister }),
    onCall: (entry) => print({ event: 'call', ...entry }),
  }).catch((error: unknown) => {
    throw new CommandError(EXIT_USAGE, `--port ${port}: ${error instanceof Error ? error.message : error}`);
  });
  print({ event: 'listening', url: cloud.url, accessKeyId: key.id });
  await new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
  await cloud.close();
  return EXIT_WELL;
}

type PlanFile = Omit<Extract<ParsedFaultPlan, { kind: 'plan' }>, 'kind'>;

async function planOf(path: string): Promise<PlanFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(
      EXIT_USAGE,
      `${path}: cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  });
  const parsed = parseFaultPlan(text);
  if (parsed.kind === 'plan') return parsed;
  const { line, path: field, reason } = parsed.problem;
  const place = line === undefined ? path : `${path}:${line}`;
  throw new CommandError(EXIT_USAGE, [place, field, reason].filter((part) => part !== undefined).join(': '));
}
