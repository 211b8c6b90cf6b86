/** What an image of the partition says of our record: blank, staged, or committed with a digest. */
import { describe, expect, it } from 'vitest';
import { createEsp32Family } from '../../../../electron/devices/esp32-nvs/family.ts';
import { holdingOf, planErase, planWrite } from '../../../../electron/devices/esp32-nvs/holding.ts';
import { encodeNvs } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { crc32, markWritten } from '../../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { entriesIn, readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import {
  integerValue,
  type NvsNamespace,
  stringValue,
} from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import { recordEntries } from '../../../../electron/devices/esp32-nvs/record-entries.ts';
import { esp32Rules } from '../../../../electron/devices/esp32-nvs/rules.ts';
import { createSmpFamily } from '../../../../electron/devices/smp/family.ts';
import { credentialOf, HARDWARE_ID, orderOf } from '../../../support/units.ts';

const SIZE = 0x4000;
const RULES = esp32Rules({ family: 'esp32-nvs', baudRate: 115_200, bootTimeoutMs: 1000 });
const REPLACE = { ...RULES, contents: 'replace' as const };
const PAYLOAD = createEsp32Family().encode(credentialOf(), HARDWARE_ID, orderOf());
const ENTRIES = recordEntries(PAYLOAD);
const BLANK = Buffer.alloc(SIZE, 0xff);
const WIFI: NvsNamespace = { name: 'wifi', entries: [{ key: 'ssid', value: stringValue('factory') }] };

const imageOf = (...namespaces: readonly NvsNamespace[]) => encodeNvs(namespaces, SIZE);
const ours = (entries = ENTRIES): NvsNamespace => ({ name: 'keybench', entries });
const stateOf = (image: Buffer, rules = RULES) => holdingOf(image, rules).state;

describe('the record', () => {
  it('has the digest that it would have in any other family', () => {
    const smp = createSmpFamily().encode(credentialOf(), HARDWARE_ID, orderOf());
    expect(PAYLOAD.digest).toBe(smp.digest);
    expect(PAYLOAD.tx).toBe(smp.tx);
  });

  it('is recomputed from what the partition holds', () => {
    for (const payload of ['password', 'secret'] as const) {
      const made = createEsp32Family().encode(credentialOf(), HARDWARE_ID, orderOf({ payload }));
      const { state, digest } = holdingOf(imageOf(WIFI, ours(recordEntries(made))), RULES);
      expect({ state, digest }).toEqual({ state: 'committed', digest: made.digest });
    }
  });

  it('has another digest as soon as one value is another', () => {
    for (const { key, value } of ENTRIES) {
      if (key === 'dig') continue;
      const other = value.type === 'string' ? stringValue('x') : integerValue('u16', 1);
      const entries = ENTRIES.map((entry) => (entry.key === key ? { key, value: other } : entry));
      expect(holdingOf(imageOf(ours(entries)), RULES).digest, key).not.toBe(PAYLOAD.digest);
    }
  });

  it('of which a value is missing, or of another type, is none', () => {
    for (const { key } of ENTRIES) {
      const without = ENTRIES.filter((entry) => entry.key !== key);
      const wrong = ENTRIES.map((entry) =>
        entry.key === key ? { key, value: integerValue('u8', 1) } : entry,
      );
      if (key !== 'dig') expect(stateOf(imageOf(ours(without))), key).toBe('staged');
      if (key !== 'dig' && key !== 'port') expect(stateOf(imageOf(ours(wrong))), key).toBe('staged');
    }
  });

  it('without a seal is one, also while the application was writing something else; not where its own end is missing', () => {
    const unsealed = ENTRIES.filter(({ key }) => key !== 'dig');
    const image = imageOf(ours(unsealed), WIFI);
    expect(stateOf(image)).toBe('committed');
    const entries = readNvs(image).pages[0]!.written;
    const half = Buffer.from(image);
    half.writeUInt32LE(0x0101_0102, 64 + entries * 32);
    expect(stateOf(half)).toBe('committed');
    const own = Buffer.from(image);
    own.writeUInt32LE(0x0102_4201, 64 + entries * 32);
    expect(stateOf(own)).toBe('staged');
    const cut = Buffer.from(image);
    markWritten(cut, entries);
    expect(stateOf(cut)).toBe('staged');
  });

  it('may stand beside keys of the firmware', () => {
    const image = imageOf(ours([...ENTRIES, { key: 'boots', value: integerValue('u32', 7) }]));
    expect(stateOf(image)).toBe('committed');
  });
});

describe('a partition', () => {
  it('without our namespace is blank, whatever others keep there', () => {
    expect(stateOf(BLANK)).toBe('blank');
    expect(stateOf(imageOf(WIFI))).toBe('blank');
  });

  it('that cannot be read is refused where others’ data is to be kept, and written over where not', () => {
    const garbage = Buffer.alloc(SIZE, 0xa5);
    expect(() => holdingOf(garbage, RULES)).toThrow(/UNIT_PARTITION_UNUSABLE.*not-nvs/);
    expect(stateOf(garbage, REPLACE)).toBe('staged');
    expect(stateOf(planWrite(garbage, REPLACE, ENTRIES).image)).toBe('committed');
  });

  it('that looks encrypted is refused, also where its contents would be replaced', () => {
    const encrypted = imageOf(WIFI, { name: 'more', entries: [{ key: 'k', value: stringValue('v') }] });
    for (let entry = 0; entry < 6; entry += 1) encrypted.fill(0x5a + entry, 64 + entry * 32, 96 + entry * 32);
    for (const rules of [RULES, REPLACE])
      expect(() => holdingOf(encrypted, rules)).toThrow(/UNIT_PARTITION_UNUSABLE.*encrypted-or-damaged/);
  });

  it('of version 1 is refused where it is to be merged into: its firmware might not mount version 2', () => {
    const old = imageOf(WIFI);
    old.writeUInt8(0xff, 8);
    old.writeUInt32LE(crc32(old.subarray(4, 28)), 28);
    expect(() => holdingOf(old, RULES)).toThrow(/UNIT_PARTITION_UNUSABLE.*old-version/);
    expect(stateOf(old, REPLACE)).toBe('blank');
  });

  it('without room for a record is refused before there is one', () => {
    const large = Array.from({ length: 3 }, (_, index) => ({
      key: `large${index}`,
      value: stringValue('x'.repeat(3900)),
    }));
    const full = imageOf({ name: 'others', entries: large });
    expect(() => holdingOf(full, RULES)).toThrow(/UNIT_PARTITION_UNUSABLE.*full/);
    expect(stateOf(full, REPLACE)).toBe('blank');
  });
});

describe('a write', () => {
  /** The image after each sector that was written, with that sector cut in the middle once more. */
  function* steps(before: Buffer, plan: ReturnType<typeof planWrite>) {
    const now = Buffer.from(before);
    for (const { sector, isBlank } of plan.steps) {
      const [from, to] = [sector * 4096, (sector + 1) * 4096];
      const half = Buffer.from(now).fill(0xff, from, to);
      yield half;
      const torn = Buffer.from(half);
      if (!isBlank) plan.image.copy(torn, from, from, from + 300);
      yield torn;
      half.copy(now, from, from, to);
      if (!isBlank) plan.image.copy(now, from, from, to);
      yield Buffer.from(now);
    }
  }

  it.each([
    ['merge', RULES],
    ['replace', REPLACE],
  ] as const)(
    'under %s is never half done and committed, and leads to one image from wherever it was cut off',
    (_, rules) => {
      const points = Array.from({ length: 30 }, (_, index) => ({
        key: `point${index}`,
        value: stringValue(`${index}`.repeat(40)),
      }));
      const before = imageOf(WIFI, { name: 'calibration', entries: points });
      const plan = planWrite(before, rules, ENTRIES);
      let last = false;
      for (const image of steps(before, plan)) {
        const { state, digest } = holdingOf(image, rules);
        if (state === 'committed') expect(digest).toBe(PAYLOAD.digest);
        last = state === 'committed';
        if (rules.contents === 'merge')
          expect(entriesIn(readNvs(image), 'calibration')).toHaveLength(points.length);
        const again = planWrite(image, rules, ENTRIES);
        const { namespaces } = readNvs(again.image);
        expect(new Set(namespaces.map(({ name }) => name)).size).toBe(namespaces.length);
        expect(holdingOf(again.image, rules)).toMatchObject({ state: 'committed', digest: PAYLOAD.digest });
      }
      expect(last).toBe(true);
    },
  );

  it('that changes nothing writes nothing', () => {
    const image = planWrite(imageOf(WIFI), RULES, ENTRIES).image;
    expect(planWrite(image, RULES, ENTRIES).steps).toEqual([]);
    expect(planErase(imageOf(WIFI), RULES).steps).toEqual([]);
  });

  it('undone leaves a blank partition where only a page without an end was', () => {
    const torn = Buffer.from(BLANK).fill(0x11, 0x800, 0x1000);
    expect(stateOf(torn)).toBe('staged');
    const { image, steps } = planErase(torn, RULES);
    expect(steps).toEqual([{ sector: 0, isBlank: true }]);
    expect(stateOf(image)).toBe('blank');
  });

  it('undone leaves what others keep', () => {
    const image = planWrite(imageOf(WIFI), RULES, ENTRIES).image;
    const erased = planErase(image, RULES).image;
    expect(stateOf(erased)).toBe('blank');
    expect(entriesIn(readNvs(erased), 'wifi')).toEqual(entriesIn(readNvs(imageOf(WIFI)), 'wifi'));
  });
});
