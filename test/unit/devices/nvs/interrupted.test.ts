/**
 * Power goes at every step of a merge, the application boots on what is there and may write, and the merge is made again: no value of
 * others is lost, and ours is whole. The application's boot is a model of ESP-IDF's library.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeNvs } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { PAGE_SIZE, TYPE_CODES, TYPE_STRING } from '../../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { planMerge, planRemoval } from '../../../../electron/devices/esp32-nvs/nvs/merge-nvs.ts';
import type { MergePlan } from '../../../../electron/devices/esp32-nvs/nvs/merge-plan.ts';
import { entriesIn, readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import {
  blobValue,
  integerValue,
  isInteger,
  isSameValue,
  type NvsEntry,
  type NvsNamespace,
  type NvsValue,
  stringValue,
} from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import { isSoak } from '../../../support/campaign.ts';
import * as random from '../../../support/nvs/arbitrary.ts';
import { Library } from '../../../support/nvs/library.ts';
import { BLOB_INDEX } from '../../../support/nvs/library-page.ts';

const OURS = 'keybench';
const RECORD: readonly NvsEntry[] = [
  { key: 'cid', value: stringValue('GID@@@1') },
  { key: 'port', value: integerValue('u16', 8883) },
  { key: 'pw', value: stringValue('x'.repeat(60)) },
  { key: 'dig', value: blobValue(Buffer.alloc(32, 0xd1)) },
];
const FORMER: readonly NvsEntry[] = [
  { key: 'cid', value: stringValue('GID@@@0') },
  { key: 'dig', value: blobValue(Buffer.alloc(32, 0xd0)) },
];

/** What others keep: namespace, key, value. */
type Kept = ReadonlyMap<
  string,
  { readonly namespace: string; readonly key: string; readonly value: NvsValue }
>;

function keptOf(namespaces: readonly NvsNamespace[]): Kept {
  return new Map(
    namespaces.flatMap(({ name, entries }) =>
      entries.map(({ key, value }) => [`${name} ${key}`, { namespace: name, key, value }] as const),
    ),
  );
}

/** The sectors in another order than that of their pages, as they are in a partition that has been in use. */
function turned(image: Buffer, by: number): Buffer {
  const at = (by % (image.length / PAGE_SIZE)) * PAGE_SIZE;
  return Buffer.concat([image.subarray(at), image.subarray(0, at)]);
}

/** After each step, and with its sector erased or written in part. */
function* cuts(before: Buffer, { image, steps }: MergePlan, torn: readonly number[]) {
  const now = Buffer.from(before);
  for (const { sector, isBlank } of steps) {
    const [from, to] = [sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE];
    now.fill(0xff, from, to);
    if (!isBlank) {
      for (const length of [0, ...torn]) {
        const cut = Buffer.from(now);
        image.copy(cut, from, from, from + length);
        yield cut;
      }
      image.copy(now, from, from, to);
    }
    yield Buffer.from(now);
  }
}

/** What an application finds is what others keep, and ours whole. */
function expectWhole(image: Buffer, kept: Kept, record: readonly NvsEntry[] | undefined) {
  expect(readNvs(image).findings).toEqual([]);
  expectIn(new Library(Buffer.from(image)), kept);
  const ours = entriesIn(readNvs(image), OURS);
  expect(ours?.map(({ key }) => key)).toEqual(record?.map(({ key }) => key));
  for (const { key, value } of record ?? []) {
    expect(isSameValue(ours!.find((one) => one.key === key)!.value, value), key).toBe(true);
  }
  const size = readNvs(image).namespaces.length;
  expect(new Set(readNvs(image).namespaces.map(({ name }) => name)).size).toBe(size);
}

function expectIn(library: Library, kept: Kept) {
  for (const { namespace, key, value } of kept.values()) {
    const found = library.get(library.namespaceOf(namespace)!, key, typeOf(value));
    const wanted = isInteger(value)
      ? value.value
      : Buffer.from('data' in value ? value.data : []).toString('hex');
    const has = isInteger(value) ? found && integerOf(value, found.data) : found?.data.toString('hex');
    expect(has, `${namespace}.${key}`).toEqual(wanted);
  }
}

function typeOf(value: NvsValue): number {
  if (isInteger(value)) return TYPE_CODES[value.type];
  return value.type === 'string' ? TYPE_STRING : BLOB_INDEX;
}

function integerOf({ type }: Extract<NvsValue, { value: bigint }>, data: Buffer): bigint {
  const bits = Number(type.slice(1));
  const raw = data.readBigUInt64LE(0);
  return type.startsWith('i') ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw);
}

/** The application writes one value of its own, one that is there already or a new one; what is kept thereafter. */
function write(library: Library, kept: Kept, pick: number): Kept {
  const all = [...kept.values()].filter(({ value }) =>
    isInteger(value) ? value.type === 'u32' : 'data' in value && value.data.length < 400,
  );
  const old = all[pick % Math.max(1, all.length)];
  if (old === undefined) return kept;
  const index = library.namespaceOf(old.namespace)!;
  const isNew = pick % 3 === 0;
  const key = isNew ? 'written.late' : old.key;
  const value: NvsValue =
    isNew || isInteger(old.value)
      ? integerValue('u32', pick)
      : old.value.type === 'string'
        ? stringValue(`${pick}`)
        : blobValue(Buffer.alloc(1 + (pick % 90), pick));
  if (isNew && kept.has(`${old.namespace} ${key}`)) return kept;
  if (isInteger(value)) library.setU32(index, key, Number(value.value));
  else if (value.type === 'string') library.setText(index, key, `${pick}`);
  else if ('data' in value) library.setBlob(index, key, Buffer.from(value.data));
  return new Map(kept).set(`${old.namespace} ${key}`, { namespace: old.namespace, key, value });
}

const recipe = fc.record({
  namespaces: random.namespaces(OURS),
  /** What stands there of ours: nothing, a former record on a page of its own, or one among the others' values. */
  former: fc.constantFrom('none' as const, 'apart' as const, 'among' as const),
  /** Beside as many blank pages as there are used ones. */
  sparePages: fc.integer({ min: 3, max: 5 }),
  turn: fc.nat(20),
  torn: fc.uniqueArray(fc.integer({ min: 1, max: PAGE_SIZE - 1 }), { minLength: 2, maxLength: 4 }),
  picks: fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }),
  isRemoval: fc.boolean(),
});
type Recipe = typeof recipe extends fc.Arbitrary<infer R> ? R : never;

function imageOf({ namespaces, former, turn }: Recipe, freePages: (used: number) => number): Buffer {
  // So long that it may reach over two pages.
  const ours = { name: OURS, entries: [{ key: 'long', value: blobValue(Buffer.alloc(2500)) }, ...FORMER] };
  const size = 0x40000;
  const among = [...namespaces.slice(0, 1), ours, ...namespaces.slice(1)];
  const large = former === 'among' ? encodeNvs(among, size) : encodeNvs(namespaces, size);
  const whole = former === 'apart' ? planMerge(large, OURS, FORMER).image : large;
  const used = readNvs(whole).pages.filter(({ sequence }) => sequence !== undefined).length;
  return turned(Buffer.from(whole.subarray(0, Math.max(3, used + freePages(used)) * PAGE_SIZE)), turn);
}

describe('a merge that is cut off', { timeout: isSoak ? 3_600_000 : 120_000 }, () => {
  it('and made again, after a boot of the application and a write of its own, loses nothing of others', () => {
    fc.assert(
      fc.property(recipe, (made) => {
        const { namespaces, torn, picks, isRemoval } = made;
        const record = isRemoval ? undefined : RECORD;
        const plan = (image: Buffer) =>
          isRemoval ? planRemoval(image, OURS) : planMerge(image, OURS, RECORD);
        const before = imageOf(made, (used) => used + made.sparePages);
        const kept = keptOf(namespaces);
        let pick = 0;
        const again = (image: Buffer, then: Kept) => expectWhole(plan(image).image, then, record);
        for (const cut of cuts(before, plan(before), torn)) {
          again(cut, kept);
          const booted = new Library(Buffer.from(cut));
          expectIn(booted, kept);
          again(booted.image, kept);
          const now = write(booted, kept, picks[pick++ % picks.length]!);
          again(booted.image, now);
          // And once more, from there. A blob that the application wrote while two copies of it were there has the numbers of
          // one of them: until the merge is made again the library's next boot erases both.
          if (
            [...now].some(([place, { value }]) => value.type === 'blob' && kept.get(place)?.value !== value)
          )
            continue;
          const second = [...cuts(booted.image, plan(booted.image), [])];
          const chosen = second[pick % Math.max(1, second.length)];
          if (chosen !== undefined) again(new Library(chosen).image, now);
        }
      }),
      { numRuns: isSoak ? 400 : 12 },
    );
  });

  it('loses nothing of others where ours is new and two pages are blank', () => {
    fc.assert(
      fc.property(recipe, (made) => {
        const before = imageOf({ ...made, former: 'none' }, () => 2);
        const kept = keptOf(made.namespaces);
        for (const cut of cuts(before, planMerge(before, OURS, RECORD), made.torn)) {
          const booted = new Library(Buffer.from(cut));
          expectIn(booted, kept);
          expectWhole(planMerge(booted.image, OURS, RECORD).image, kept, RECORD);
        }
      }),
      { numRuns: isSoak ? 400 : 12 },
    );
  });

  it('leaves a page blank at any moment, in a partition with as many blank pages as used ones', () => {
    const large = (key: string) => ({ key, value: blobValue(Buffer.alloc(3500, key)) });
    const others = { name: 'app', entries: ['a', 'b', 'c'].map(large) };
    const before = encodeNvs([{ name: OURS, entries: FORMER }, others], 0x6000);
    const plan = planMerge(before, OURS, RECORD);
    expect(plan.steps.filter(({ isBlank }) => isBlank)).toHaveLength(3);
    for (const cut of cuts(before, plan, [40, 4000])) expectIn(new Library(cut), keptOf([others]));
    expectWhole(plan.image, keptOf([others]), RECORD);
  });
});
