/**
 * `keybench nvs`: makes and reads images of NVS partitions by hand. Must not: leave half an image behind, or show a value
 * of the namespace that the station writes.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, open, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { csvEntries } from '../devices/esp32-nvs/nvs/csv-entries.ts';
import { encodeNvs } from '../devices/esp32-nvs/nvs/encode-nvs.ts';
import { NvsError } from '../devices/esp32-nvs/nvs/nvs-error.ts';
import { readNvs } from '../devices/esp32-nvs/nvs/read-nvs.ts';
import { CommandError, EXIT_USAGE, EXIT_WELL } from './command-error.ts';
import type { NvsDumpArguments, NvsEncodeArguments } from './nvs-arguments.ts';
import { dumpJson, dumpText, findingText } from './nvs-dump.ts';

/** Throws CommandError (status 2), and leaves OUT as it was, for anything that is wrong with the CSV, a file of it, or OUT. */
export async function nvsEncodeCommand({ csvPath, outPath, size }: NvsEncodeArguments): Promise<number> {
  const csv = await contentOf(csvPath);
  const { image, notes } = inFile(csvPath, () => {
    const contents = csvEntries(csv, (path) => readBeside(path, csvPath));
    return { image: encodeNvs(contents.namespaces, size, contents.placeOf), notes: contents.notes };
  });
  for (const note of notes) say(`${csvPath}: ${note}`);
  const isReplaced = await replaceFile(outPath, image, csvPath);
  const { pages, items } = readNvs(image);
  const used = pages.filter(({ state }) => state !== 'blank').length;
  say(
    `${outPath}: ${items.length} keys on ${used} of ${pages.length} pages${isReplaced ? '; the file was replaced' : ''}`,
  );
  return EXIT_WELL;
}

/** Throws CommandError (status 2) for a file that cannot be read, and, after its pages, for an image of which nothing can. */
export async function nvsDumpCommand({ imagePath, isJson }: NvsDumpArguments): Promise<number> {
  const image = readNvs(await contentOf(imagePath));
  process.stdout.write(isJson ? `${JSON.stringify(dumpJson(image))}\n` : dumpText(image));
  for (const finding of image.findings) say(`${imagePath}: ${findingText(finding)}`);
  if (image.unreadable === undefined) return EXIT_WELL;
  throw new CommandError(EXIT_USAGE, `${imagePath}: ${UNREADABLE[image.unreadable]}`);
}

const UNREADABLE = {
  'bad-size': 'not a whole number of pages of 4096 bytes',
  'not-nvs': 'not an NVS partition: no page has a header that holds together',
  'newer-version': 'written by a newer version of NVS than this program reads',
  'encrypted-or-damaged': 'encrypted or damaged: the pages hold together, none of their entries does',
} as const;

/** Names and keys come from files; they must not steer a terminal. */
function say(text: string): void {
  process.stderr.write(`${text.replace(/\p{Cc}/gu, '?')}\n`);
}

function inFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NvsError) throw new CommandError(EXIT_USAGE, `${path}: ${error.message}`);
    throw error;
  }
}

async function contentOf(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new CommandError(EXIT_USAGE, `${path}: cannot be read: ${reasonOf(error)}`);
  });
}

/** From the working directory, as the official generator has it; what is not there, beside the CSV. */
function readBeside(path: string, csvPath: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isAbsolute(path)) throw error;
    return readFileSync(join(dirname(csvPath), path));
  }
}

/**
 * Puts `bytes` in place of a file in one step, readable by its owner alone, for it may hold secrets. Gives whether there
 * was one. Only plain files are replaced, and never the CSV.
 */
async function replaceFile(path: string, bytes: Buffer, csvPath: string): Promise<boolean> {
  const present = await lstat(path).catch(() => undefined);
  if (present?.isFile() === false) throw new CommandError(EXIT_USAGE, `${path}: is no plain file`);
  if (present !== undefined && (await realpath(path)) === (await realpath(csvPath))) {
    throw new CommandError(EXIT_USAGE, `${path}: is the CSV file itself`);
  }
  const next = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(next, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await unlink(next).catch(() => undefined);
    throw new CommandError(EXIT_USAGE, `${path}: cannot be written: ${reasonOf(error)}`);
  }
  return present !== undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
