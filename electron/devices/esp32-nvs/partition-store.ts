/**
 * The bytes of one partition, read and written as little as can be: what is blank is told by its digest, of an NVS page only the
 * part that is in use travels, and each sector is held to the digest that the chip takes of it.
 * Must not: keep an image; whoever asked for it wipes it.
 */
import { ESPError } from 'esptool-js';
import { StationError } from '../../domain/errors.ts';
import { flashDigest, md5Hex, readFlash, writeFlash } from './loader/flash.ts';
import type { Loader } from './loader/loader.ts';
import type { Step } from './nvs/rewrite-steps.ts';
import { type Partition, SECTOR_SIZE } from './partition-table.ts';

/** Header and state table of an NVS page, and its entries behind them. */
const PAGE_HEAD = 64;
const STATES_AT = 32;
const ENTRY_SIZE = 32;

/** The whole partition. */
export async function readPartition(loader: Loader, { offset, size }: Partition): Promise<Buffer> {
  const image = Buffer.alloc(size, 0xff);
  try {
    await fill(loader, offset, image);
    return image;
  } catch (thrown) {
    image.fill(0);
    throw thrown;
  }
}

/** Fills what is not blank, by halves. */
async function fill(loader: Loader, address: number, image: Buffer): Promise<void> {
  const digest = await flashDigest(loader, address, image.length);
  if (digest === blankDigest(image.length)) return;
  if (image.length <= SECTOR_SIZE) return readSector(loader, address, image, digest);
  const half = Math.ceil(image.length / SECTOR_SIZE / 2) * SECTOR_SIZE;
  await fill(loader, address, image.subarray(0, half));
  await fill(loader, address + half, image.subarray(half));
}

async function readSector(loader: Loader, address: number, sector: Buffer, digest: string): Promise<void> {
  (await readFlash(loader, address, PAGE_HEAD)).copy(sector);
  const used = usedBytes(sector);
  if (used > PAGE_HEAD) {
    const rest = await readFlash(loader, address + PAGE_HEAD, used - PAGE_HEAD);
    rest.copy(sector, PAGE_HEAD);
    rest.fill(0);
  }
  if (md5Hex(sector) === digest) return;
  // Something stands where an orderly page has nothing.
  const whole = await readFlash(loader, address, SECTOR_SIZE);
  whole.copy(sector);
  whole.fill(0);
  if (md5Hex(sector) !== digest) throw new ESPError('read flash: the sector reads differently each time');
}

/** Up to the last entry that the state table says is not empty. */
function usedBytes(page: Buffer): number {
  for (let at = PAGE_HEAD - 1; at >= STATES_AT; at -= 1) {
    if (page[at] !== 0xff) return Math.min(PAGE_HEAD + (at - STATES_AT + 1) * 4 * ENTRY_SIZE, SECTOR_SIZE);
  }
  return PAGE_HEAD;
}

const blankDigests = new Map<number, string>();

function blankDigest(length: number): string {
  const known = blankDigests.get(length) ?? md5Hex(Buffer.alloc(length, 0xff));
  blankDigests.set(length, known);
  return known;
}

/**
 * Makes these steps, in their order: sectors get what `image` has there, or become blank. Each is held to the digest that the chip
 * takes of it. Rejects UNIT_STORAGE_FAILED where the flash holds something else than was sent.
 */
export async function writeSectors(
  loader: Loader,
  partition: Partition,
  image: Uint8Array,
  steps: readonly Step[],
  onProgress: (share: number) => void,
): Promise<void> {
  const runs = runsOf(steps);
  for (const [index, { first, count, isBlank }] of runs.entries()) {
    const from = first * SECTOR_SIZE;
    const length = count * SECTOR_SIZE;
    const data = isBlank ? Buffer.alloc(length, 0xff) : image.subarray(from, from + length);
    const address = partition.offset + from;
    await writeFlash(loader, address, data, (share) => onProgress((index + share) / runs.length));
    if ((await flashDigest(loader, address, data.length)) !== md5Hex(data)) {
      throw new StationError('UNIT_STORAGE_FAILED', { partition: partition.label, sector: first });
    }
  }
}

interface Run {
  readonly first: number;
  count: number;
  readonly isBlank: boolean;
}

/** Neighbours that follow each other are written in one go. */
export function runsOf(steps: readonly Step[]): Run[] {
  const runs: Run[] = [];
  for (const { sector, isBlank } of steps) {
    const last = runs.at(-1);
    if (last !== undefined && last.isBlank === isBlank && last.first + last.count === sector) last.count += 1;
    else runs.push({ first: sector, count: 1, isBlank });
  }
  return runs;
}
