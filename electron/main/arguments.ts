/**
 * The app's own arguments, among those that Electron and Chromium take from the same command line; theirs are left alone.
 * Must not: touch Electron, so that it can be tried without.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { describeFaults } from '../hosts/describe-faults.ts';
import { languageOf } from '../hosts/environment.ts';
import { ruleFiles } from '../hosts/rule-files.ts';
import type { StationOptions } from '../hosts/station-channel.ts';
import { readWorkOrder } from '../hosts/work-order-file.ts';

export interface AppArguments {
  readonly isTraining: boolean;
  /** Units of the training bench. */
  readonly units: number;
  readonly ledgerPath: string | undefined;
  /** Ports that a scan misses. */
  readonly ports: readonly string[];
  readonly order: StationOptions['order'];
}

const UNITS = 8;
const UNITS_MAX = 64;

/** Throws an Error that names the argument, or file, line and field of the order. `argv`: without the program. */
export function parseAppArguments(argv: readonly string[]): AppArguments {
  const path = optionOf(argv, 'work-order');
  const units = optionOf(argv, 'units') ?? String(UNITS);
  if (!/^\d+$/.test(units) || Number(units) < 1 || Number(units) > UNITS_MAX)
    throw new Error(`--units: must be a whole number from 1 to ${UNITS_MAX}, not ${units}`);
  const ports = optionOf(argv, 'ports')?.split(',') ?? [];
  if (ports.includes('')) throw new Error('--ports: an empty port name');
  return {
    isTraining: argv.includes('--training'),
    units: Number(units),
    ledgerPath: optionOf(argv, 'ledger'),
    ports,
    order: path === undefined ? undefined : readOrder(path),
  };
}

function optionOf(argv: readonly string[], name: string): string | undefined {
  const option = `--${name}`;
  const index = argv.findIndex((argument) => argument === option || argument.startsWith(`${option}=`));
  const argument = argv[index];
  if (argument === undefined) return undefined;
  const value = argument === option ? argv[index + 1] : argument.slice(option.length + 1);
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new Error(`${option}: a value is missing`);
  return value;
}

function readOrder(path: string): NonNullable<StationOptions['order']> {
  const text = readFileSync(path, 'utf8');
  const directory = dirname(resolve(path));
  const result = readWorkOrder(text, { files: ruleFiles(directory) });
  if (result.ok) return { fileName: basename(path), text, directory };
  throw new Error(describeFaults(path, result.faults, languageOf(process.env)));
}
