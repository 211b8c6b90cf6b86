/**
 * A new image out of the present one and the entries of one namespace: everything else is kept with its value and type, of
 * each value the newest copy alone, and Espressif's library mounts it. Must not: change an image that already
 * says what is wanted.
 *
 * Whoever makes the steps in their order loses nothing of others when power goes, and the application may boot and write
 * in between: at each moment each value is whole on an old page or on a new one, and a page is blank. Where the partition
 * is too full for that, pages are rewritten where they are.
 */
import { bootPartition } from './boot.ts';
import { type Copies, type Copy, copiesOf } from './copies.ts';
import { checkNamespaces, checkSize } from './encode-nvs.ts';
import { PAGE_SIZE } from './layout.ts';
import { arrange, type MergePlan, superfluousPages } from './merge-plan.ts';
import type { Merge } from './merged-pages.ts';
import { NvsError } from './nvs-error.ts';
import { entriesIn, readNvs } from './read-nvs.ts';
import { isSameValue, type NvsEntry, type NvsImage } from './types.ts';

const INDEX_MAX = 254;

/**
 * `image` with exactly `entries` in the namespace `name`, and the way there. The same bytes again, and no step, where it holds
 * them already. Throws NvsError: unreadable (with the reason), old-version, bad-size, bad-entry, too-big.
 */
export function planMerge(image: Uint8Array, name: string, entries: readonly NvsEntry[]): MergePlan {
  checkNamespaces([{ name, entries }]);
  return rewrite(image, name, entries);
}

/** `image` without the namespace `name`, and the way there. Nothing changes where it has none. Throws as `planMerge`. */
export function planRemoval(image: Uint8Array, name: string): MergePlan {
  return rewrite(image, name, undefined);
}

/** The image of `planMerge`. */
export function mergeNamespace(image: Uint8Array, name: string, entries: readonly NvsEntry[]): Buffer {
  return planMerge(image, name, entries).image;
}

/** The image of `planRemoval`. */
export function eraseNamespace(image: Uint8Array, name: string): Buffer {
  return planRemoval(image, name).image;
}

/**
 * Whether nothing stands there twice: no value of others on an old and on a new page, and no second namespace `name`. Otherwise a
 * merge was cut off, and is to be made again.
 */
export function isSettled(image: Uint8Array, name: string): boolean {
  const copies = copiesOf(bootPartition(asBuffer(image)).stored);
  return !hasDoubles(copies) && readNvs(image).namespaces.filter((one) => one.name === name).length < 2;
}

function hasDoubles({ all, newest }: Copies): boolean {
  return all.length > newest.length;
}

function rewrite(image: Uint8Array, name: string, entries: readonly NvsEntry[] | undefined): MergePlan {
  checkSize(image.length);
  const read = readNvs(image);
  if (read.unreadable !== undefined) {
    throw new NvsError(
      'unreadable',
      `what is there cannot be kept, for it cannot be read: ${read.unreadable}`,
    );
  }
  const copies = copiesOf(bootPartition(asBuffer(image)).stored);
  if (isAsWanted(read, copies, name, entries)) return { image: Buffer.from(image), steps: [] };
  const own = ownIndices(read, name);
  const isForeign = ({ namespaceIndex, key }: Copy) =>
    namespaceIndex === 0 ? key !== name : !own.includes(namespaceIndex);
  const foreign = copies.newest.filter(isForeign);
  const merge: Merge = {
    image: asBuffer(image),
    read,
    copies,
    // Others keep their index, which a running application may hold.
    foreign: [
      ...foreign.filter(({ namespaceIndex }) => namespaceIndex === 0),
      ...foreign.filter(({ namespaceIndex }) => namespaceIndex !== 0),
    ],
    name,
    indices: own.length > 0 || entries === undefined ? own : [freeIndex(foreign)],
    entries,
  };
  if (!hasDoubles(copies)) return arrange(merge);
  const [old, fresh] = superfluousPages(merge);
  const plan = fromSettled(merge, old);
  if (plan.isInPlace !== true) return plan;
  const other = fromSettled(merge, fresh);
  const [better, worse] = other.isInPlace === true ? [plan, other] : [other, plan];
  worse.image.fill(0);
  return better;
}

/** The merge of what is left when these pages are blank, and their blanking before it. */
function fromSettled(merge: Merge, superfluous: readonly number[]): MergePlan {
  if (superfluous.length === 0) return arrange(merge);
  const settled = Buffer.from(merge.image);
  for (const sector of superfluous) settled.fill(0xff, sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE);
  try {
    const plan = rewrite(settled, merge.name, merge.entries);
    return { ...plan, steps: [...superfluous.map((sector) => ({ sector, isBlank: true })), ...plan.steps] };
  } finally {
    settled.fill(0);
  }
}

function isAsWanted(
  read: NvsImage,
  copies: Copies,
  name: string,
  entries: readonly NvsEntry[] | undefined,
): boolean {
  const isSound = read.findings.every(({ code }) => code !== 'no-free-page' && code !== 'page-corrupt');
  const present = entriesIn(read, name);
  if (!isSound || hasDoubles(copies) || copies.loose.size > 0) return false;
  if (present === undefined || entries === undefined) return present === entries;
  const isAlone =
    read.namespaces.filter((other) => other.name === name).length === 1 &&
    ownIndices(read, name).length === 1;
  const hasIt = ({ key, value }: NvsEntry) =>
    present.some((other) => other.key === key && isSameValue(other.value, value));
  return isAlone && present.length === entries.length && entries.every(hasIt);
}

/** Usable indices that belong to the name alone; one that a second name shares stays that one's. */
function ownIndices({ namespaces }: NvsImage, name: string): number[] {
  const foreign = new Set(namespaces.filter((other) => other.name !== name).map(({ index }) => index));
  const isOwn = (index: number) => index >= 1 && index <= INDEX_MAX && !foreign.has(index);
  return namespaces.flatMap((other) => (other.name === name && isOwn(other.index) ? [other.index] : []));
}

function freeIndex(foreign: readonly Copy[]): number {
  const taken = new Set(
    foreign.map(({ namespaceIndex, value }) =>
      namespaceIndex === 0 && 'value' in value ? Number(value.value) : namespaceIndex,
    ),
  );
  for (let index = 1; index <= INDEX_MAX; index += 1) if (!taken.has(index)) return index;
  throw new NvsError('too-big', `all ${INDEX_MAX} namespaces are taken`);
}

/** The same memory. */
function asBuffer(image: Uint8Array): Buffer {
  return Buffer.from(image.buffer, image.byteOffset, image.length);
}
