/** The partition table of a chip, and the choice of a partition. The tables are made by the emulator's own writer. */
import { describe, expect, it } from 'vitest';
import {
  choosePartition,
  parsePartitionTable,
  TABLE_SIZE,
} from '../../../../electron/devices/esp32-nvs/partition-table.ts';
import {
  DEFAULT_PARTITIONS,
  NVS,
  partitionTable,
} from '../../../../electron/simulator/esp32/partition-image.ts';

const tableOf = (...args: Parameters<typeof partitionTable>) => Buffer.from(partitionTable(...args));

function refusal(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    const { code, evidence } = error as { code: string; evidence: { why?: string } };
    return evidence.why ?? code;
  }
}

describe('a partition table', () => {
  it('is read with its MD5 row, and without one as old projects have it', () => {
    for (const withMd5 of [true, false]) {
      const rows = parsePartitionTable(tableOf(DEFAULT_PARTITIONS, { withMd5 }));
      expect(rows).toMatchObject([
        { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x6000, isEncrypted: false },
        { label: 'phy_init' },
        { label: 'factory', type: 0, size: 0x10_0000 },
      ]);
    }
  });

  it('is unfinished while only its first rows are there', () => {
    const table = tableOf(DEFAULT_PARTITIONS);
    expect(parsePartitionTable(table.subarray(0, 64))).toBe('unfinished');
    expect(parsePartitionTable(table.subarray(0, 4 * 32))).toHaveLength(3);
    const full = Array.from({ length: 95 }, (_, index) => ({ ...NVS, label: `p${index}` }));
    expect(parsePartitionTable(tableOf(full))).toHaveLength(95);
  });

  it('with one bit another is none', () => {
    const table = tableOf(DEFAULT_PARTITIONS);
    for (let bit = 0; bit < 4 * 32 * 8; bit += 7) {
      const damaged = Buffer.from(table);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const rows = parsePartitionTable(damaged);
      // The filler of the MD5 row is covered by nothing, and says nothing.
      const isFiller = bit >> 3 >= 3 * 32 + 2 && bit >> 3 < 3 * 32 + 16;
      if (!isFiller) expect(rows, `bit ${bit}`).toBeUndefined();
    }
  });

  it('is none in an erased flash, and in ciphertext', () => {
    expect(parsePartitionTable(Buffer.alloc(TABLE_SIZE, 0xff))).toBeUndefined();
    expect(parsePartitionTable(Buffer.alloc(TABLE_SIZE, 0x5a))).toBeUndefined();
    expect(refusal(() => choosePartition(undefined, 'nvs'))).toBe('UNIT_NO_PARTITION_TABLE');
  });
});

describe('a partition', () => {
  const chosen = (change: Partial<typeof NVS>, ...more: (typeof NVS)[]) => {
    const rows = parsePartitionTable(tableOf([{ ...NVS, ...change }, ...more]));
    if (rows === 'unfinished') throw new Error('unfinished');
    return choosePartition(rows, 'nvs');
  };

  it('is chosen by its label, among several of the kind', () => {
    expect(chosen({}, { ...NVS, label: 'fctry', address: 0x10000 })).toMatchObject({ offset: 0x9000 });
  });

  it('is refused with the reason', () => {
    expect(refusal(() => chosen({ label: 'NVS' }))).toBe('UNIT_PARTITION_MISSING');
    expect(refusal(() => chosen({ label: 'nvs2' }))).toBe('UNIT_PARTITION_MISSING');
    expect(refusal(() => chosen({ type: 0 }))).toBe('not-nvs');
    expect(refusal(() => chosen({ subtype: 4 }))).toBe('not-nvs');
    expect(refusal(() => chosen({ encrypted: true }))).toBe('encrypted');
    expect(refusal(() => chosen({ readonly: true }))).toBe('read-only');
    expect(refusal(() => chosen({ size: 0x2000 }))).toBe('too-small');
    expect(refusal(() => chosen({ size: 0x3800 }))).toBe('misaligned');
    expect(refusal(() => chosen({}, { ...NVS, address: 0x20000 }))).toBe('ambiguous');
  });
});
