/** The arguments of `keybench nvs`, checked. Must not: read files. */
import { parseArgs } from 'node:util';
import type { CommandError } from './command-error.ts';

export const NVS_USAGE = `keybench nvs encode CSV OUT --size BYTES
keybench nvs dump IMAGE [--json]`;

export interface NvsEncodeArguments {
  readonly command: 'nvs-encode';
  readonly csvPath: string;
  readonly outPath: string;
  /** Bytes. */
  readonly size: number;
}

export interface NvsDumpArguments {
  readonly command: 'nvs-dump';
  readonly imagePath: string;
  readonly isJson: boolean;
}

export type NvsArguments = NvsEncodeArguments | NvsDumpArguments;

type Usage = (reason: string) => CommandError;

/** Throws what `usage` makes of the reason. */
export function parseNvsArguments(argv: readonly string[], usage: Usage): NvsArguments {
  const [verb, ...rest] = argv;
  switch (verb) {
    case 'encode': {
      const { values, positionals } = parsed(
        rest,
        { size: { type: 'string' } },
        `keybench nvs ${verb}`,
        usage,
      );
      const [csvPath, outPath] = named(positionals, ['CSV', 'OUT'], `keybench nvs ${verb}`, usage);
      return { command: 'nvs-encode', csvPath, outPath, size: sizeFrom(values.size, usage) };
    }
    case 'dump': {
      const { values, positionals } = parsed(
        rest,
        { json: { type: 'boolean' } },
        `keybench nvs ${verb}`,
        usage,
      );
      const [imagePath] = named(positionals, ['IMAGE'], `keybench nvs ${verb}`, usage);
      return { command: 'nvs-dump', imagePath, isJson: values.json === true };
    }
    default:
      throw usage(
        verb === undefined ? 'keybench nvs: encode or dump is missing' : `unknown command: nvs ${verb}`,
      );
  }
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

function parsed(args: readonly string[], options: Options, command: string, usage: Usage) {
  try {
    return parseArgs({ args: [...args], options: { ...options }, strict: true, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw usage(`${command}: ${reason}`);
  }
}

/** One argument for each name, none of them empty. */
function named<Names extends readonly string[]>(
  given: readonly string[],
  names: readonly [...Names],
  command: string,
  usage: Usage,
): { [Index in keyof Names]: string } {
  const missing = names.find((_, index) => (given[index] ?? '') === '');
  if (missing !== undefined) throw usage(`${command}: ${missing} is missing`);
  if (given.length > names.length) throw usage(`${command}: ${given[names.length]} is one argument too many`);
  return [...given] as { [Index in keyof Names]: string };
}

function sizeFrom(text: string | boolean | undefined, usage: Usage): number {
  if (typeof text !== 'string') throw usage('keybench nvs encode: --size is missing');
  const size = /^(\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : Number.NaN;
  if (size >= 0x3000 && size <= SIZE_MAX && size % 0x1000 === 0) return size;
  throw usage(`--size: must be a multiple of 0x1000 from 0x3000 to 0x${SIZE_MAX.toString(16)}, not ${text}`);
}

/** No flash chip of the family is larger. */
const SIZE_MAX = 0x800_0000;
