/** Byte for byte what the official generator makes, for its own samples. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvEntries } from '../../../../electron/devices/esp32-nvs/nvs/csv-entries.ts';
import { encodeNvs } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { isSameValue, textOf } from '../../../../electron/devices/esp32-nvs/nvs/types.ts';

const sample = (name: string) => readFileSync(resolve(import.meta.dirname, '../../../support/nvs', name));
const noFiles = () => {
  throw new Error('no files here');
};

describe.each(['g1_short', 'g2_str200'])('the sample %s', (name) => {
  const image = sample(`${name}.bin`);
  const contents = csvEntries(sample(`${name}.csv`), noFiles);

  it('is encoded byte for byte', () => {
    expect(encodeNvs(contents.namespaces, image.length).equals(image)).toBe(true);
  });

  it('is read back whole, in its order, with nothing to remark', () => {
    const read = readNvs(image);
    expect(read.findings).toEqual([]);
    const wanted = contents.namespaces.flatMap(({ name: namespace, entries }) =>
      entries.map((entry) => ({ namespace, ...entry })),
    );
    expect(read.items.map(({ namespace, key }) => [namespace, key])).toEqual(
      wanted.map(({ namespace, key }) => [namespace, key]),
    );
    expect(read.items.every(({ value }, index) => isSameValue(value, wanted[index]!.value))).toBe(true);
  });
});

it('values of every kind in the first sample are what its table says', () => {
  const items = new Map(readNvs(sample('g1_short.bin')).items.map(({ key, value }) => [key, value]));
  expect(items.get('port')).toEqual({ type: 'u16', value: 8883n });
  expect(items.get('fw')).toEqual({ type: 'i32', value: -42n });
  expect(items.get('serial')).toEqual({ type: 'u64', value: 12345678901234567n });
  expect(textOf(items.get('empty')!)).toBe('');
  expect(textOf(items.get('utf8')!)).toBe('测试é');
  expect(readNvs(sample('g1_short.bin')).pages.map(({ state }) => state)).toEqual([
    'active',
    ...Array.from({ length: 5 }, () => 'blank'),
  ]);
});
