#!/usr/bin/env node
/**
 * The command line's entry. Loads a command only when it is called, so that each starts quickly.
 * Must not: do any of a command's work.
 */
import './interruption.ts';

import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { watchOutput } from './output-watch.ts';

// Serial reads and writes go through libuv's pool; with its default of four, one hung port starves the others
// (measured: facts on node-serialport). Set before anything uses the pool.
process.env.UV_THREADPOOL_SIZE ??= '64';

declare const __VERSION__: string;

async function main(args: Arguments): Promise<number> {
  switch (args.command) {
    case 'run':
      return (await import('./run-command.ts')).runCommand(args, output.lost);
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

const output = watchOutput(process.stdout);
/** Text for people: what cannot be said there cannot be said at all, and the status tells what became of the units. */
process.stderr.on('error', () => undefined);

/** Ends the process: a serial driver that hangs in a close must not keep it alive. */
function exit(status: number): void {
  // A stream tells of its failure one turn after it has told whoever wrote.
  const written = () => setImmediate(end, status);
  if (process.stdout.writableLength === 0) written();
  else process.stdout.write('', written);
}

function end(status: number): void {
  if (output.fault !== undefined) {
    process.stderr.write(`standard output cannot be written: ${output.fault.message}\n`);
  }
  process.stderr.write('', () => process.exit(output.statusOf(status, process.argv[2] ?? '')));
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
