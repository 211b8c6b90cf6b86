/**
 * The partition table as the official generator lays it out: rows of 32 bytes, an MD5 row over them, blank to the end.
 * Must not: be used by the station; it is what the station's reader is tested against.
 */
import { createHash } from 'node:crypto';

export const TABLE_ADDRESS = 0x8000;
const TABLE_SIZE = 0xc00;
const ROW_SIZE = 32;

export interface Partition {
  readonly label: string;
  /** 0 app, 1 data. */
  readonly type: number;
  /** Of data: 1 phy, 2 nvs, 4 nvs_keys. */
  readonly subtype: number;
  readonly address: number;
  readonly size: number;
  readonly encrypted?: boolean;
  readonly readonly?: boolean;
}

/** Where a plain project keeps its NVS. */
export const NVS: Partition = { label: 'nvs', type: 1, subtype: 2, address: 0x9000, size: 0x6000 };

/** As a plain project of the ESP-IDF has them. */
export const DEFAULT_PARTITIONS: readonly Partition[] = [
  NVS,
  { label: 'phy_init', type: 1, subtype: 1, address: 0xf000, size: 0x1000 },
  { label: 'factory', type: 0, subtype: 0, address: 0x1_0000, size: 0x10_0000 },
];

/** `withMd5`: tables of very old projects have none. */
export function partitionTable(
  partitions: readonly Partition[],
  { withMd5 = true }: { readonly withMd5?: boolean } = {},
): Uint8Array {
  const rows = Buffer.concat(partitions.map(rowOf));
  const table = Buffer.alloc(TABLE_SIZE, 0xff);
  rows.copy(table);
  if (withMd5) {
    table.writeUInt16BE(0xebeb, rows.length);
    createHash('md5')
      .update(rows)
      .digest()
      .copy(table, rows.length + 16);
  }
  return Uint8Array.from(table);
}

function rowOf({ label, type, subtype, address, size, encrypted, readonly }: Partition): Buffer {
  const row = Buffer.alloc(ROW_SIZE);
  row.writeUInt16LE(0x50aa, 0);
  row.writeUInt8(type, 2);
  row.writeUInt8(subtype, 3);
  row.writeUInt32LE(address, 4);
  row.writeUInt32LE(size, 8);
  row.write(label.slice(0, 16), 12, 'latin1');
  row.writeUInt32LE((encrypted === true ? 1 : 0) | (readonly === true ? 2 : 0), 28);
  return row;
}
