/**
 * The flash of a board that comes from the factory floor: a partition table, all else blank. Must not: hold a record.
 */
import { createHash } from 'node:crypto';
import { FlashArray } from './flash-array.ts';
import { DEFAULT_PARTITIONS, type Partition, partitionTable, TABLE_ADDRESS } from './partition-image.ts';

export interface FactoryFlash {
  readonly partitions?: readonly Partition[];
  readonly cryptCount?: number;
}

export function factoryFlash({ partitions = DEFAULT_PARTITIONS, cryptCount = 0 }: FactoryFlash): FlashArray {
  if (partitions.length === 0) return new FlashArray();
  const table = partitionTable(partitions);
  const isEncrypted = onesOf(cryptCount) % 2 === 1;
  return new FlashArray({ content: new Map([[TABLE_ADDRESS, isEncrypted ? ciphertext(table) : table]]) });
}

function onesOf(value: number): number {
  return [...(value & 0x7f).toString(2)].filter((bit) => bit === '1').length;
}

/** Not the chip's cipher: bytes that say nothing, as ciphertext does to who has no key. */
function ciphertext(table: Uint8Array): Uint8Array {
  return table.map(
    (byte, index) =>
      byte ^
      (createHash('md5')
        .update(`${index >> 4}`)
        .digest()[index & 15] ?? 0),
  );
}
