/**
 * The command line's arguments, checked. Every fault names the argument. Must not: read files or the environment.
 */
import { parseArgs } from 'node:util';
import { CommandError, EXIT_USAGE } from './command-error.ts';
import { NVS_USAGE, type NvsArguments, parseNvsArguments } from './nvs-arguments.ts';
import { PROFILE_USAGE, type ProfileArguments, parseProfileArguments } from './profile-arguments.ts';

export const USAGE = `keybench run --work-order FILE --ports PATH[,PATH…] [--count N] [--wait S] [--ledger FILE] [--operator ID] [--json]
keybench serve [--port N] [--ports PATH[,PATH…]] [--work-order FILE] [--ledger FILE] [--no-open]
keybench train [--port N] [--units N] [--no-open]
keybench emulate-cloud [--port N] [--faults FILE]
keybench records [--ledger FILE] [--work-order N] [--client-id ID] [--format json|csv]
keybench verify-ledger [--ledger FILE]
${NVS_USAGE}
${PROFILE_USAGE}`;

export interface RunArguments {
  readonly command: 'run';
  readonly workOrderPath: string;
  readonly ports: readonly string[];
  readonly count: number;
  /** Milliseconds. */
  readonly waitMs: number;
  readonly ledgerPath: string | undefined;
  readonly operator: string | undefined;
  readonly isJson: boolean;
}

export interface ServeArguments {
  readonly command: 'serve';
  /** 0: a free one. */
  readonly port: number;
  /** Ports that a scan misses. */
  readonly ports: readonly string[];
  readonly workOrderPath: string | undefined;
  readonly ledgerPath: string | undefined;
  readonly isOpening: boolean;
}

export interface TrainArguments {
  readonly command: 'train';
  readonly port: number;
  readonly units: number;
  readonly isOpening: boolean;
}

export interface EmulateCloudArguments {
  readonly command: 'emulate-cloud';
  readonly port: number;
  readonly faultsPath: string | undefined;
}

export interface RecordsArguments {
  readonly command: 'records';
  readonly ledgerPath: string | undefined;
  readonly orderNumber: string | undefined;
  readonly clientId: string | undefined;
  readonly format: 'json' | 'csv';
}

export interface VerifyLedgerArguments {
  readonly command: 'verify-ledger';
  readonly ledgerPath: string | undefined;
}

export interface HelpArguments {
  readonly command: 'help' | 'version';
}

export type Arguments =
  | RunArguments
  | ServeArguments
  | TrainArguments
  | EmulateCloudArguments
  | RecordsArguments
  | VerifyLedgerArguments
  | NvsArguments
  | ProfileArguments
  | HelpArguments;

const FLAGS: readonly string[] = ['json', 'no-open'];

type Values = Readonly<Record<string, string | boolean | undefined>>;

const OPTIONS: Record<string, readonly string[]> = {
  run: ['work-order', 'ports', 'count', 'wait', 'ledger', 'operator', 'json'],
  serve: ['port', 'ports', 'work-order', 'ledger', 'no-open'],
  train: ['port', 'units', 'no-open'],
  'emulate-cloud': ['port', 'faults'],
  records: ['ledger', 'work-order', 'client-id', 'format'],
  'verify-ledger': ['ledger'],
};

/** Throws CommandError (status 2) for anything that is not exactly one of the commands. */
export function parseArguments(argv: readonly string[]): Arguments {
  const [command = 'help', ...rest] = argv;
  if (['help', '--help', '-h'].includes(command) || rest.includes('--help')) return { command: 'help' };
  if (command === '--version' || command === 'version') return { command: 'version' };
  if (command === 'profile') return parseProfileArguments(rest, usage);
  if (command === 'nvs') return parseNvsArguments(rest, usage);
  const known = OPTIONS[command];
  if (known === undefined) throw usage(`unknown command: ${command}`);
  const values = valuesOf(command, known, rest);
  switch (command) {
    case 'run':
      return runArguments(values);
    case 'serve':
      return {
        command,
        port: whole(values, 'port', 0, 65_535) ?? 0,
        ports: text(values, 'ports') === undefined ? [] : portList(values, 'serve'),
        workOrderPath: text(values, 'work-order'),
        ledgerPath: text(values, 'ledger'),
        isOpening: values['no-open'] !== true,
      };
    case 'train':
      return {
        command,
        port: whole(values, 'port', 0, 65_535) ?? 0,
        units: whole(values, 'units', 1, 64) ?? 8,
        isOpening: values['no-open'] !== true,
      };
    case 'emulate-cloud':
      return {
        command,
        port: whole(values, 'port', 0, 65_535) ?? 18_080,
        faultsPath: text(values, 'faults'),
      };
    case 'records':
      return recordsArguments(values);
    default:
      return { command: 'verify-ledger', ledgerPath: text(values, 'ledger') };
  }
}

function valuesOf(command: string, known: readonly string[], args: readonly string[]): Values {
  const options = Object.fromEntries(
    known.map((name) => [name, { type: FLAGS.includes(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Values;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw usage(`keybench ${command}: ${reason}`);
  }
}

function portList(values: Values, command: string): string[] {
  const ports = required(values, 'ports', command)
    .split(',')
    .map((port) => port.trim());
  if (ports.some((port) => port === '')) throw usage('--ports: an empty port name');
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  if (twice !== undefined) throw usage(`--ports: ${twice} is named twice`);
  return ports;
}

function runArguments(values: Values): RunArguments {
  const ports = portList(values, 'run');
  return {
    command: 'run',
    workOrderPath: required(values, 'work-order', 'run'),
    ports,
    count: whole(values, 'count', 1, 1_000_000) ?? ports.length,
    waitMs: (seconds(values, 'wait') ?? 20) * 1000,
    ledgerPath: text(values, 'ledger'),
    operator: text(values, 'operator'),
    isJson: values.json === true,
  };
}

function recordsArguments(values: Values): RecordsArguments {
  const format = text(values, 'format') ?? 'json';
  if (format !== 'json' && format !== 'csv') throw usage(`--format: must be json or csv, not ${format}`);
  return {
    command: 'records',
    ledgerPath: text(values, 'ledger'),
    orderNumber: text(values, 'work-order'),
    clientId: text(values, 'client-id'),
    format,
  };
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === '') throw usage(`--${name}: must not be empty`);
  return typeof value === 'string' ? value : undefined;
}

function required(values: Values, name: string, command: string): string {
  const value = text(values, name);
  if (value === undefined) throw usage(`keybench ${command}: --${name} is missing`);
  return value;
}

function whole(values: Values, name: string, min: number, max: number): number | undefined {
  const value = text(values, name);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw usage(`--${name}: must be a whole number from ${min} to ${max}, not ${value}`);
  }
  return number;
}

function seconds(values: Values, name: string): number | undefined {
  const value = text(values, name);
  if (value === undefined) return undefined;
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number > 0 && number <= 86_400))
    throw usage(`--${name}: must be seconds above 0, at most 86400, not ${value}`);
  return number;
}

function usage(reason: string): CommandError {
  return new CommandError(EXIT_USAGE, `${reason}\n\n${USAGE}`);
}
