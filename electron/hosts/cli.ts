#!/usr/bin/env node
/**
 * The command line's entry. Loads a command only when it is called, so that each starts quickly.
 * Must not: do any of a command's work.
 */
import './interruption.ts';

import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { CommandError } from './command-error.ts';

// Serial reads and writes go through libuv's pool; with its default of four, one hung port starves the others
// (measured: facts on node-serialport). Set before anything uses the pool.
process.env.UV_THREADPOOL_SIZE ??= '64';

declare const __VERSION__: string;

async function main(args: Arguments): Promise<number> {
  switch (args.command) {
    case 'run':
      return (await import('./run-command.ts')).runCommand(args);
    case 'serve':
      return (await import('./serve-command.ts')).serveCommand(args);
    case 'train':
      return (await import('./serve-command.ts')).trainCommand(args);
    case 'records':
      return (await import('./records-command.ts')).recordsCommand(args);
    case 'verify-ledger':
      return (await import('./verify-ledger-command.ts')).verifyLedgerCommand(args);
    case 'emulate-cloud':
      return (await import('./emulate-cloud-command.ts')).emulateCloudCommand(args);
    case 'nvs-encode':
      return (await import('./nvs-command.ts')).nvsEncodeCommand(args);
    case 'nvs-dump':
      return (await import('./nvs-command.ts')).nvsDumpCommand(args);
    case 'profile-check':
    case 'profile-dry-run':
      return (await import('./profile-command.ts')).profileCommand(args);
    case 'version':
      process.stdout.write(`${__VERSION__}\n`);
      return 0;
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      return 0;
  }
}

/** A reader that went away (`| head`) is no reason to stop provisioning. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Ends the process: a serial driver that hangs in a close must not keep it alive. */
function exit(status: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}

try {
  const args = parseArguments(process.argv.slice(2));
  main(args).then(exit, fail);
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const isExpected = error instanceof CommandError;
  const text = isExpected
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text}\n`);
  exit(isExpected ? error.exitStatus : 1);
}
