/** Merging changes one namespace and nothing else, whatever the partition held and wherever a write was cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeNvs, replaceAll } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import {
  eraseNamespace,
  mergeNamespace,
  planMerge,
  planRemoval,
} from '../../../../electron/devices/esp32-nvs/nvs/merge-nvs.ts';
import { NvsError } from '../../../../electron/devices/esp32-nvs/nvs/nvs-error.ts';
import { entriesIn, readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import {
  blobValue,
  integerValue,
  type NvsEntry,
  type NvsNamespace,
  stringValue,
} from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import * as random from '../../../support/nvs/arbitrary.ts';

const OURS = 'keybench';
const SIZE = 0x20000;
const runs = { numRuns: 25 };

/** Comparable, and independent of the order. */
function contents(entries: readonly NvsEntry[] | undefined) {
  return entries
    ?.map(({ key, value }) => [
      key,
      value.type,
      'data' in value ? Buffer.from(value.data).toString('hex') : String(value.value),
    ])
    .sort();
}

function expectContents(image: Uint8Array, namespaces: readonly NvsNamespace[]) {
  const read = readNvs(image);
  expect(read.findings).toEqual([]);
  expect(read.unreadable).toBeUndefined();
  for (const { name, entries } of namespaces) {
    expect(contents(entriesIn(read, name)), name).toEqual(contents(entries));
  }
  expect(read.namespaces.map(({ name }) => name).sort()).toEqual(namespaces.map(({ name }) => name).sort());
}

/** What Espressif's library asks for: an active page at the end of the sequence, no half-done move, and a blank page. */
function expectLegal(image: Uint8Array) {
  const { pages } = readNvs(image);
  const used = pages
    .filter(({ sequence }) => sequence !== undefined)
    .sort((a, b) => a.sequence! - b.sequence!);
  expect(used.at(-1)?.state).toBe('active');
  for (const { state } of used) expect(['active', 'full']).toContain(state);
  expect(new Set(used.map(({ sequence }) => sequence)).size).toBe(used.length);
  expect(pages.some(({ state }) => state === 'blank')).toBe(true);
}

const foreign = random.namespaces(OURS);

describe('a random partition', { timeout: 60_000 }, () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(foreign, (namespaces) => expectContents(encodeNvs(namespaces, SIZE), namespaces)),
      runs,
    );
  });

  it('keeps everything of others when ours is written, written anew, and erased', () => {
    fc.assert(
      fc.property(foreign, random.entries, random.entries, (namespaces, first, second) => {
        let image: Buffer = encodeNvs(namespaces, SIZE);
        for (const entries of [first, second]) {
          image = mergeNamespace(image, OURS, entries);
          expectContents(image, [...namespaces, { name: OURS, entries }]);
          expectLegal(image);
        }
        const erased = eraseNamespace(image, OURS);
        expectContents(erased, namespaces);
        if (namespaces.length > 0) expectLegal(erased);
      }),
      runs,
    );
  });

  it('stays byte for byte as it is when ours is there already, or gone already', () => {
    fc.assert(
      fc.property(foreign, random.entries, (namespaces, entries) => {
        const merged = mergeNamespace(encodeNvs(namespaces, SIZE), OURS, entries);
        expect(mergeNamespace(merged, OURS, [...entries].reverse()).equals(merged)).toBe(true);
        const erased = eraseNamespace(merged, OURS);
        expect(eraseNamespace(erased, OURS).equals(erased)).toBe(true);
      }),
      runs,
    );
  });
});

describe('a merge', () => {
  const others = [{ name: 'wifi', entries: [{ key: 'ssid', value: stringValue('factory') }] }];
  const ours = [
    { key: 'cid', value: stringValue('GID@@@1') },
    { key: 'port', value: integerValue('u16', 8883) },
  ];

  it('into a blank partition is what the official generator makes of ours alone', () => {
    expect(
      mergeNamespace(Buffer.alloc(0x6000, 0xff), OURS, ours).equals(replaceAll(0x6000, OURS, ours)),
    ).toBe(true);
  });

  const step = (sector: number, isBlank = false) => ({ sector, isBlank });

  it('puts ours on a page of its own, and leaves the pages of others as they are', () => {
    const before = encodeNvs(others, 0x6000);
    const { image, steps } = planMerge(before, OURS, ours);
    expect(steps).toEqual([step(1)]);
    expect(image.subarray(0, 4096).equals(before.subarray(0, 4096))).toBe(true);
    expect(planRemoval(image, OURS)).toEqual({ image: before, steps: [step(1, true)] });
  });

  it('where both stand on one page, writes new ones first, ours at the end of the sequence, and blanks the old one last', () => {
    const before = encodeNvs([...others, { name: OURS, entries: ours.slice(1) }], 0x6000);
    const { image, steps } = planMerge(before, OURS, ours);
    expect(steps).toEqual([step(1), step(2), step(0, true)]);
    const pages = readNvs(image).pages.map(({ state, sequence }) => [state, sequence]);
    expect(pages.slice(0, 4)).toEqual([
      ['blank', undefined],
      ['active', 2],
      ['full', 1],
      ['blank', undefined],
    ]);
  });

  it('leaves no byte of the former record in flash', () => {
    const merged = mergeNamespace(encodeNvs(others, 0x6000), OURS, [
      { key: 'pw', value: stringValue('canary-canary') },
    ]);
    expect(merged.includes('canary-canary')).toBe(true);
    expect(mergeNamespace(merged, OURS, ours).includes('canary-canary')).toBe(false);
    expect(eraseNamespace(merged, OURS).includes('canary-canary')).toBe(false);
  });

  it('keeps the index of each namespace and gives ours one that nothing uses', () => {
    const before = encodeNvs([...others, { name: OURS, entries: ours }, { name: 'z', entries: [] }], 0x6000);
    const erased = eraseNamespace(before, OURS);
    expect(readNvs(erased).namespaces).toEqual([
      { name: 'wifi', index: 1 },
      { name: 'z', index: 3 },
    ]);
    expect(readNvs(mergeNamespace(erased, OURS, ours)).namespaces).toContainEqual({ name: OURS, index: 2 });
  });

  it('leaves a blank partition where ours was all', () => {
    const erased = eraseNamespace(replaceAll(0x3000, OURS, ours), OURS);
    expect(erased.every((byte) => byte === 0xff)).toBe(true);
  });

  it('works in a partition so full that old and new pages have no room side by side', () => {
    const large = [{ name: 'cert', entries: [{ key: 'chain', value: blobValue(Buffer.alloc(7000, 7)) }] }];
    const before = encodeNvs(large, 0x3000);
    const after = mergeNamespace(before, OURS, ours);
    expectContents(after, [...large, { name: OURS, entries: ours }]);
    expectLegal(after);
  });

  it('says how much is needed where there is too little room, and names no value', () => {
    const large = [{ name: 'cert', entries: [{ key: 'chain', value: blobValue(Buffer.alloc(7800, 7)) }] }];
    const before = encodeNvs(large, 0x3000);
    const huge = [{ key: 'pw', value: stringValue('canary'.repeat(100)) }];
    const failed = caught(() => mergeNamespace(before, OURS, huge));
    expect(failed).toMatchObject({ code: 'too-big', evidence: { neededPages: 3, availablePages: 2 } });
    expect(failed.message).not.toContain('canary');
  });

  it.each([
    ['a partition that is no NVS', Buffer.alloc(0x3000, 0x55), /not-nvs/],
    ['a size that is none', Buffer.alloc(0x2fff, 0xff), /multiple of 0x1000/],
    ['two pages', Buffer.alloc(0x2000, 0xff), /at least 0x3000/],
  ])('refuses %s', (_, image, message) => {
    expect(() => mergeNamespace(image, OURS, ours)).toThrow(message);
  });

  it.each([
    ['a key of 16 characters', { key: 'k'.repeat(16), value: stringValue('canary') }, /1 to 15/],
    ['no key', { key: '', value: stringValue('canary') }, /1 to 15/],
    ['a key beyond ASCII', { key: 'clé', value: stringValue('canary') }, /ASCII/],
    ['a NUL in a string', { key: 'k', value: stringValue('canary\0x') }, /NUL/],
    ['a number out of range', { key: 'k', value: integerValue('u16', 65_536) }, /range of u16/],
    ['a string over 3,967 bytes', { key: 'k', value: stringValue('canary'.repeat(700)) }, /at most 3967/],
  ])('refuses %s, without its value', (_, entry, message) => {
    const failed = caught(() => mergeNamespace(Buffer.alloc(0x6000, 0xff), OURS, [entry]));
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toContain('canary');
    expect(failed.message).not.toContain('65536');
  });
});

function caught(work: () => unknown): NvsError {
  try {
    work();
  } catch (error) {
    if (error instanceof NvsError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
