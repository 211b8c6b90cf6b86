/**
 * The partition table as ESP-IDF lays it into flash, and the choice of a partition by its label. Source: ESP-IDF, partition
 * table (32-byte rows at 0x8000, an MD5 row behind them).
 * Must not: guess. A table that does not check is no table, and a partition that cannot hold NVS is refused by name.
 */
import { createHash } from 'node:crypto';
import { StationError } from '../../domain/errors.ts';

export const TABLE_OFFSET = 0x8000;
/** Bytes; 95 rows and the MD5 row. */
export const TABLE_SIZE = 0xc00;
export const SECTOR_SIZE = 4096;

const ROW_SIZE = 32;
const ROW_MAGIC = 0x50aa;
const MD5_MAGIC = 0xebeb;
const END_MAGIC = 0xffff;
const TYPE_DATA = 1;
const SUBTYPE_NVS = 2;
const SUBTYPE_NVS_KEYS = 4;
const FLAG_ENCRYPTED = 1;
const FLAG_READ_ONLY = 2;
/** The library needs three pages to write: one of them stays erased. */
const PAGES_MIN = 3;

export interface Partition {
  readonly label: string;
  readonly type: number;
  readonly subtype: number;
  /** Byte address in flash, and bytes. */
  readonly offset: number;
  readonly size: number;
  readonly isEncrypted: boolean;
  readonly isReadOnly: boolean;
}

/**
 * The rows of a table; undefined where the bytes are none: an erased flash, or ciphertext. `unfinished`: so far they are one, and
 * its end is still to come.
 */
export function parsePartitionTable(bytes: Buffer): readonly Partition[] | 'unfinished' | undefined {
  const rows: Partition[] = [];
  for (let at = 0; at + ROW_SIZE <= bytes.length; at += ROW_SIZE) {
    const row = bytes.subarray(at, at + ROW_SIZE);
    switch (row.readUInt16LE(0)) {
      case ROW_MAGIC:
        rows.push(readRow(row));
        break;
      case MD5_MAGIC:
        return rows.length > 0 && isMd5Of(bytes.subarray(0, at), row) ? rows : undefined;
      case END_MAGIC:
        // Tables of ESP-IDF before 3.1 have no MD5 row.
        return rows.length > 0 ? rows : undefined;
      default:
        return undefined;
    }
  }
  return 'unfinished';
}

function readRow(row: Buffer): Partition {
  const flags = row.readUInt32LE(28);
  const label = row.subarray(12, 28);
  const end = label.indexOf(0);
  return {
    type: row.readUInt8(2),
    subtype: row.readUInt8(3),
    offset: row.readUInt32LE(4),
    size: row.readUInt32LE(8),
    label: label.subarray(0, end < 0 ? label.length : end).toString('latin1'),
    isEncrypted: (flags & FLAG_ENCRYPTED) !== 0,
    isReadOnly: (flags & FLAG_READ_ONLY) !== 0,
  };
}

function isMd5Of(rows: Buffer, md5Row: Buffer): boolean {
  return createHash('md5').update(rows).digest().equals(md5Row.subarray(16));
}

/**
 * The NVS partition with this label. Rejects with what is wrong: UNIT_NO_PARTITION_TABLE, UNIT_PARTITION_MISSING, or
 * UNIT_PARTITION_UNUSABLE with why.
 */
export function choosePartition(rows: readonly Partition[] | undefined, label: string): Partition {
  if (rows === undefined) throw new StationError('UNIT_NO_PARTITION_TABLE');
  const found = rows.filter((row) => row.label === label);
  const [partition] = found;
  if (partition === undefined) {
    const labels = rows.map((row) => printable(row.label)).join(', ');
    throw new StationError('UNIT_PARTITION_MISSING', { partition: label, labels });
  }
  const why = found.length > 1 ? 'ambiguous' : unusable(partition);
  if (why !== undefined) throw new StationError('UNIT_PARTITION_UNUSABLE', { partition: label, why });
  return partition;
}

/** Whether there are keys for encrypted NVS: firmware may then take what is not encrypted for damage. */
export function hasNvsKeys(rows: readonly Partition[] | undefined): boolean {
  return rows?.some(({ type, subtype }) => type === TYPE_DATA && subtype === SUBTYPE_NVS_KEYS) === true;
}

function unusable(partition: Partition): string | undefined {
  const { type, subtype, offset, size } = partition;
  if (type !== TYPE_DATA || subtype !== SUBTYPE_NVS) return 'not-nvs';
  if (partition.isEncrypted) return 'encrypted';
  if (partition.isReadOnly) return 'read-only';
  if (offset % SECTOR_SIZE !== 0 || size % SECTOR_SIZE !== 0) return 'misaligned';
  return size < PAGES_MIN * SECTOR_SIZE ? 'too-small' : undefined;
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}
