/**
 * What a partition holds of ours, and the image that is to follow it. Source: device protocol (blank, staged, committed); the way
 * in which our own writes go, by which one that was cut off is told.
 * Must not: call a mixture of two images committed, or throw away what others keep there.
 */
import { StationError } from '../../domain/errors.ts';
import type { UnitHolding } from '../../domain/recovery.ts';
import { replaceAll } from './nvs/encode-nvs.ts';
import { entriesOf, isBlank, PAGE_SIZE } from './nvs/layout.ts';
import { isSettled, planMerge, planRemoval } from './nvs/merge-nvs.ts';
import { changedSectors, type MergePlan } from './nvs/merge-plan.ts';
import { NvsError } from './nvs/nvs-error.ts';
import { entriesIn, readNvs } from './nvs/read-nvs.ts';
import type { Finding, FindingCode, NvsEntry, NvsImage } from './nvs/types.ts';
import { type FoundRecord, findRecord, largestEntries } from './record-entries.ts';
import type { Esp32Rules } from './rules.ts';

/** What a write leaves that did not come to its end. */
const TORN: readonly FindingCode[] = [
  'page-corrupt',
  'entry-half-written',
  'entry-bad-crc',
  'item-torn',
  'data-bad-crc',
  'blob-incomplete',
];

export interface Holding extends UnitHolding {
  readonly state: 'blank' | 'staged' | 'committed';
  /** The record found, where it is whole. The caller wipes its bytes. */
  readonly record?: FoundRecord;
}

/**
 * Rejects UNIT_PARTITION_UNUSABLE where what others keep there cannot be read, and must be kept; where it looks encrypted, for then
 * firmware would not read what we write; or where there is no room.
 */
export function holdingOf(image: Buffer, rules: Esp32Rules): Holding {
  const nvs = readNvs(image);
  if (nvs.unreadable !== undefined) {
    if (rules.contents === 'merge' || nvs.unreadable === 'encrypted-or-damaged') {
      throw unusable(rules, nvs.unreadable);
    }
    return { state: 'staged' };
  }
  const entries = entriesIn(nvs, rules.namespace);
  const torn = nvs.findings.filter(({ code }) => TORN.includes(code));
  const record = isSettled(image, rules.namespace) && entries !== undefined ? findRecord(entries) : undefined;
  // Without a seal it was not written by us, unless the seal is what was cut off.
  if (record !== undefined && (record.isSealed !== undefined || !isOursTorn(image, nvs, torn, rules))) {
    return { state: 'committed', digest: record.digest, record };
  }
  refuseWithoutRoom(image, rules);
  return { state: entries !== undefined || torn.length > 0 ? 'staged' : 'blank' };
}

/**
 * Whether something of ours was not written to its end. In a sector that we write the table of states comes first: what was cut off
 * stands there as written, and blank. What an application was writing is not ours.
 */
function isOursTorn(
  image: Buffer,
  nvs: NvsImage,
  torn: readonly Finding[],
  { namespace }: Esp32Rules,
): boolean {
  const index = nvs.namespaces.find(({ name }) => name === namespace)?.index;
  return torn.some(({ sector, entry }) => {
    if (sector === undefined || entry === undefined) return false;
    const bytes = entriesOf(image.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE), entry);
    return bytes.readUInt8(0) === index || isBlank(bytes);
  });
}

/** The image with these entries in our namespace, and by the order's rule the others' beside it. */
export function planWrite(image: Buffer, rules: Esp32Rules, entries: readonly NvsEntry[]): MergePlan {
  return orRefused(rules, () => {
    if (rules.contents === 'merge') {
      return planMerge(image, rules.namespace, entries);
    }
    const after = replaceAll(image.length, rules.namespace, entries);
    // What is to go goes first: our record is whole only when nothing else is left.
    const isEmptied = (sector: number) =>
      isBlank(after.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE));
    const steps = changedSectors(image, after).map((sector) => ({ sector, isBlank: isEmptied(sector) }));
    return { image: after, steps: steps.reverse() };
  });
}

/** The image without our namespace. */
export function planErase(image: Buffer, rules: Esp32Rules): MergePlan {
  return orRefused(rules, () => planRemoval(image, rules.namespace));
}

function refuseWithoutRoom(image: Buffer, rules: Esp32Rules): void {
  try {
    planWrite(image, rules, largestEntries()).image.fill(0);
  } catch (thrown) {
    if (!(thrown instanceof StationError) || thrown.code !== 'UNIT_RECORD_TOO_LARGE') throw thrown;
    throw unusable(rules, 'full');
  }
}

function orRefused<T>(rules: Esp32Rules, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof NvsError)) throw thrown;
    if (thrown.code === 'too-big' || thrown.code === 'bad-entry') {
      throw new StationError('UNIT_RECORD_TOO_LARGE', { partition: rules.partition });
    }
    throw unusable(rules, thrown.code);
  }
}

function unusable({ partition }: Esp32Rules, why: string): StationError {
  return new StationError('UNIT_PARTITION_UNUSABLE', { partition, why });
}
