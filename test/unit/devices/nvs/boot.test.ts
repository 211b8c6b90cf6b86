/**
 * What a reader finds after power went at a bad moment: what Espressif's library would find after its next boot. The
 * states are laid by hand, each after the step of the library that leaves it.
 */
import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, PAGE_SIZE } from '../../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { eraseNamespace, mergeNamespace } from '../../../../electron/devices/esp32-nvs/nvs/merge-nvs.ts';
import { NvsError } from '../../../../electron/devices/esp32-nvs/nvs/nvs-error.ts';
import { readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import {
  blobValue,
  integerValue,
  stringValue,
  textOf,
} from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import * as flash from '../../../support/nvs/flash.ts';

const sample = (name: string) => readFileSync(resolve(import.meta.dirname, '../../../support/nvs', name));

function found(...pages: Buffer[]) {
  const read = readNvs(Buffer.concat(pages));
  const values = read.items.map(({ key, value }) => [
    key,
    'data' in value ? (textOf(value) ?? Buffer.from(value.data).toString('latin1')) : Number(value.value),
  ]);
  return { values, codes: read.findings.map(({ code }) => code), unreadable: read.unreadable };
}

const [ns, a, b] = [flash.namespace('ns', 1), flash.u8('a', 1), flash.u8('b', 2)];
const blanks = () => [flash.blank(), flash.blank()];

describe('power that goes while an entry is written', () => {
  it('after its bytes, before its state: the entry is ignored', () => {
    const page = flash.page([ns, a, b]);
    flash.setState(page, 2, 3);
    expect(found(page, ...blanks())).toMatchObject({ values: [['a', 1]], codes: ['entry-half-written'] });
  });

  it('within its bytes: so are the data entries behind it', () => {
    const page = flash.page([ns, a, flash.text('s', 'x'.repeat(40))]);
    for (const entry of [2, 3, 4]) flash.setState(page, entry, 3);
    expect(found(page, ...blanks())).toMatchObject({
      values: [['a', 1]],
      codes: ['entry-half-written', 'entry-half-written', 'entry-half-written'],
    });
  });

  it('with the head of a string marked and its data not: the string is ignored', () => {
    const page = flash.page([ns, a, flash.text('s', 'x'.repeat(40))]);
    for (const entry of [3, 4]) flash.setState(page, entry, 3);
    entriesOf(page, 3, 2).fill(0xff);
    expect(found(page, ...blanks())).toMatchObject({ values: [['a', 1]], codes: ['item-torn'] });
  });

  it('with a state but bytes that do not hold together: the entry is ignored, the next one is not', () => {
    const page = flash.page([ns, a, b]);
    entriesOf(page, 1).writeUInt8(0x00, 24);
    expect(found(page, ...blanks())).toMatchObject({ values: [['b', 2]], codes: ['entry-bad-crc'] });
  });

  it('with data that do not hold together: the string is ignored', () => {
    const page = flash.page([ns, flash.text('s', 'hello'), b]);
    entriesOf(page, 2).writeUInt8(0x00, 0);
    expect(found(page, ...blanks())).toMatchObject({ values: [['b', 2]], codes: ['data-bad-crc'] });
  });

  it('with an item longer than its page or than its length says: the item is ignored', () => {
    const wrong = flash.text('s', 'hello');
    const longer = Buffer.concat([
      flash.variable('s', 0x21, Buffer.alloc(90, 1)).subarray(0, 32),
      wrong.subarray(32),
    ]);
    const page = flash.page([ns, ...Array.from({ length: 123 }, (_, at) => flash.u8(`n${at}`, 1)), longer]);
    expect(found(page, ...blanks()).codes).toEqual(['entry-bad-shape', 'entry-bad-crc']);
  });
});

describe('a value that was being replaced', () => {
  it('on one page: the newer one counts', () => {
    const page = flash.page([ns, flash.u8('a', 1), b, flash.u8('a', 9)]);
    expect(found(page, ...blanks())).toMatchObject({
      values: [
        ['b', 2],
        ['a', 9],
      ],
      codes: ['older-copy'],
    });
  });

  it('with the old one erased: nothing is to be remarked', () => {
    const page = flash.page([ns, flash.u8('a', 1), b, flash.u8('a', 9)]);
    flash.setState(page, 1, 0);
    expect(found(page, ...blanks())).toMatchObject({
      values: [
        ['b', 2],
        ['a', 9],
      ],
      codes: [],
    });
  });

  it('from a full page to the next: the newer one counts, whichever sector it lies in', () => {
    const old = flash.page([ns, flash.u8('a', 1), b], { state: 'full', sequence: 4 });
    const fresh = flash.page([flash.u8('a', 9)], { sequence: 5 });
    const wanted = {
      values: [
        ['b', 2],
        ['a', 9],
      ],
      codes: ['older-copy'],
    };
    expect(found(old, fresh, flash.blank())).toMatchObject(wanted);
    expect(found(fresh, flash.blank(), old)).toMatchObject(wanted);
  });

  it('by a copy whose data are cut short: the old one still counts', () => {
    const old = flash.page([ns, flash.text('s', 'old')], { state: 'full', sequence: 0 });
    const fresh = flash.page([flash.text('s', 'new')], { sequence: 1 });
    entriesOf(fresh, 1).fill(0xff);
    expect(found(old, fresh, flash.blank())).toMatchObject({
      values: [['s', 'old']],
      codes: ['data-bad-crc'],
    });
  });
});

describe('a page whose items were being moved', () => {
  const moved = [ns, a, b, flash.text('s', 'kept')];

  it.each([0, 1, 2, 3, 4])('after %i of its items: all are there, once', (count) => {
    const from = flash.page(moved, { state: 'freeing', sequence: 3 });
    const to = flash.page(moved.slice(0, count), { sequence: 4 });
    expect(found(from, to, flash.blank()).values).toEqual([
      ['a', 1],
      ['b', 2],
      ['s', 'kept'],
    ]);
    expect(found(from, to, flash.blank()).codes).toContain('move-repeated');
  });

  it('is moved to its end by a merge: else a boot would begin anew the page that ours is on', () => {
    const from = flash.page(moved, { state: 'freeing', sequence: 3 });
    for (const blanks of [2, 3, 5]) {
      const image = Buffer.concat([from, ...Array.from({ length: blanks }, flash.blank)]);
      const merged = readNvs(mergeNamespace(image, 'keybench', [{ key: 'x', value: stringValue('y') }]));
      expect(merged.pages.map(({ state }) => state)).not.toContain('freeing');
      expect(merged.items.map(({ key }) => key).sort()).toEqual(['a', 'b', 's', 'x']);
      expect(merged.findings).toEqual([]);
    }
  });

  it('before the new page was begun: all are there', () => {
    const from = flash.page(moved, { state: 'freeing', sequence: 3 });
    expect(found(from, ...blanks()).values).toEqual([
      ['a', 1],
      ['b', 2],
      ['s', 'kept'],
    ]);
  });
});

describe('a blob of several pieces', () => {
  const [x, y] = [Buffer.alloc(3900, 'x'), Buffer.alloc(100, 'y')];
  const first = flash.page([ns, flash.chunk('v', 0, x)], { state: 'full', sequence: 0 });
  const blobs = (image: Buffer[]) => {
    const { items, findings } = readNvs(Buffer.concat(image));
    return {
      sizes: items.map(({ value }) => ('data' in value ? value.data.length : 0)),
      codes: findings.map(({ code }) => code),
    };
  };

  it('is one value', () => {
    const second = flash.page([flash.chunk('v', 1, y), flash.index('v', 4000, 2, 0)], { sequence: 1 });
    expect(blobs([first, second, flash.blank()])).toEqual({ sizes: [4000], codes: [] });
  });

  it('without its index is nothing', () => {
    const second = flash.page([flash.chunk('v', 1, y)], { sequence: 1 });
    const codes = ['chunk-without-index', 'chunk-without-index'];
    expect(blobs([first, second, flash.blank()])).toEqual({ sizes: [], codes });
  });

  it('with a piece missing, or of another length, is nothing', () => {
    const missing = flash.page([flash.index('v', 4000, 2, 0)], { sequence: 1 });
    expect(blobs([first, missing, flash.blank()])).toEqual({ sizes: [], codes: ['blob-incomplete'] });
    const shorter = flash.page([flash.chunk('v', 1, y), flash.index('v', 4001, 2, 0)], { sequence: 1 });
    expect(blobs([first, shorter, flash.blank()])).toEqual({ sizes: [], codes: ['blob-incomplete'] });
  });

  it('is the old one while a rewrite has no index, and the new one once it has', () => {
    const old = [ns, flash.chunk('v', 0, y), flash.index('v', 100, 1, 0)];
    const fresh = [flash.chunk('v', 0x80, Buffer.alloc(60, 'z'))];
    const before = [flash.page([...old, ...fresh]), ...blanks()];
    expect(blobs(before)).toEqual({ sizes: [100], codes: ['chunk-without-index'] });
    const after = [flash.page([...old, ...fresh, flash.index('v', 60, 1, 0x80)]), ...blanks()];
    expect(blobs(after)).toEqual({ sizes: [60], codes: ['older-copy', 'chunk-without-index'] });
  });

  it('takes the place of a blob of version 1', () => {
    const old = flash.page([ns, flash.variable('v', 0x41, y)], { state: 'full', sequence: 0, version: 1 });
    expect(blobs([old, ...blanks()])).toEqual({ sizes: [100], codes: [] });
    const fresh = flash.page([flash.chunk('v', 0, x), flash.index('v', 3900, 1, 0)], { sequence: 1 });
    expect(blobs([old, fresh, flash.blank()])).toEqual({ sizes: [3900], codes: ['older-copy'] });
  });
});

describe('pages', () => {
  it('with a damaged header are lost, the others are not', () => {
    const damaged = flash.page([ns, a], { state: 'full', sequence: 0 });
    damaged.writeUInt8(7, 4);
    const good = flash.page([flash.namespace('other', 2), flash.u8('c', 3, 2)], { sequence: 1 });
    expect(found(damaged, good, flash.blank())).toMatchObject({
      values: [['c', 3]],
      codes: ['page-corrupt'],
    });
  });

  it('that say blank and are not are corrupt', () => {
    const dirty = flash.blank();
    dirty.writeUInt8(0, 4000);
    const { pages } = readNvs(Buffer.concat([flash.page([ns, a]), dirty, flash.blank()]));
    expect(pages.map(({ state }) => state)).toEqual(['active', 'corrupt', 'blank']);
  });

  it('without a blank one among them cannot be mounted, and a merge mends that', () => {
    const full = (sequence: number) => flash.page(sequence === 0 ? [ns, a] : [], { state: 'full', sequence });
    const image = Buffer.concat([full(0), full(1), full(2)]);
    expect(readNvs(image).findings).toEqual([{ code: 'no-free-page' }]);
    const merged = readNvs(mergeNamespace(image, 'keybench', []));
    expect(merged.findings).toEqual([]);
    expect(merged.items.map(({ key }) => key)).toEqual(['a']);
  });

  it('of version 1 stay version 1 in a merge, and get nothing that needs version 2', () => {
    const image = Buffer.concat([
      flash.page([ns, flash.variable('v', 0x41, Buffer.from('old'))], { version: 1 }),
      ...blanks(),
    ]);
    const merged = readNvs(mergeNamespace(image, 'keybench', [{ key: 'cid', value: stringValue('x') }]));
    expect(merged.pages.map(({ version }) => version)).toEqual([1, 1, undefined]);
    expect(merged.items.map(({ key, value }) => [key, value.type])).toEqual([
      ['v', 'blob-v1'],
      ['cid', 'string'],
    ]);
    const blob = [{ key: 'dig', value: blobValue(Buffer.alloc(32)) }];
    expect(() => mergeNamespace(image, 'keybench', blob)).toThrow(
      expect.objectContaining({ code: 'old-version' }),
    );
  });
});

describe('what a merge must not touch', () => {
  const own = [{ key: 'port', value: integerValue('u16', 8883) }];
  const items = (image: Buffer) =>
    readNvs(image).items.map(({ namespace, key, value }) => [namespace, key, value.type]);

  it('types that this program does not know', () => {
    const image = Buffer.concat([
      flash.page([ns, flash.other('f', 0x34, Buffer.from('0102030405060708', 'hex'))]),
      ...blanks(),
    ]);
    const merged = readNvs(mergeNamespace(image, 'keybench', own));
    expect(merged.items[0]).toMatchObject({ key: 'f', value: { type: 'other', code: 0x34 } });
    const { value } = merged.items[0]!;
    expect('data' in value && Buffer.from(value.data).toString('hex')).toBe('0102030405060708');
  });

  it('one key in two types, as older firmware left it on two pages', () => {
    const image = Buffer.concat([
      flash.page([ns, flash.u8('a', 1)], { state: 'full', sequence: 0 }),
      flash.page([flash.text('a', 'two'), b], { sequence: 1 }),
      ...blanks(),
    ]);
    const wanted = [
      ['ns', 'a', 'u8'],
      ['ns', 'a', 'string'],
      ['ns', 'b', 'u8'],
      ['keybench', 'port', 'u16'],
    ];
    const merged = mergeNamespace(image, 'keybench', own);
    expect(items(merged)).toEqual(wanted);
    expect(readNvs(merged).findings).toEqual([]);
  });

  it('strings as long as only the library writes them', () => {
    const long = flash.text('s', 'x'.repeat(3999));
    const image = Buffer.concat([
      flash.page([ns], { state: 'full', sequence: 0 }),
      flash.page([long], { sequence: 1 }),
      ...blanks(),
      flash.blank(),
    ]);
    expect(textOf(readNvs(mergeNamespace(image, 'keybench', own)).items[0]!.value)).toHaveLength(3999);
  });

  it('a namespace that shares its index with ours', () => {
    const image = Buffer.concat([flash.page([ns, flash.namespace('keybench', 1), a]), ...blanks()]);
    expect(items(mergeNamespace(image, 'keybench', own))).toEqual([
      ['ns', 'a', 'u8'],
      ['keybench', 'port', 'u16'],
    ]);
    expect(items(eraseNamespace(image, 'keybench'))).toEqual([['ns', 'a', 'u8']]);
  });

  it('nor take over an index that no namespace can have', () => {
    const image = Buffer.concat([flash.page([flash.namespace('keybench', 0), ns, a]), ...blanks()]);
    const merged = mergeNamespace(image, 'keybench', own);
    expect(items(merged)).toEqual([
      ['ns', 'a', 'u8'],
      ['keybench', 'port', 'u16'],
    ]);
    expect(readNvs(merged).namespaces).toContainEqual({ name: 'keybench', index: 2 });
  });

  it('the first of two namespaces of one name, which applications reach', () => {
    const twice = [
      ns,
      a,
      flash.namespace('keybench', 2),
      flash.u8('x', 1, 2),
      flash.namespace('keybench', 3),
      flash.u8('y', 1, 3),
    ];
    const page = flash.page(twice, { state: 'full' });
    expect(items(mergeNamespace(Buffer.concat([page, ...blanks()]), 'keybench', own))).toEqual([
      ['ns', 'a', 'u8'],
      ['keybench', 'port', 'u16'],
    ]);
  });
});

describe('what cannot be read', () => {
  it('is said of a partition that a newer library wrote', () => {
    const page = flash.page([ns, a]);
    page.writeUInt8(0xfd, 8);
    page.writeUInt32LE(flashCrc(page), 28);
    expect(found(page, ...blanks())).toMatchObject({ unreadable: 'newer-version', values: [] });
  });

  it('is said of an encrypted partition: each entry XTS-AES-256, headers and states in clear', () => {
    const image = Buffer.from(sample('g1_short.bin'));
    const key = randomBytes(64);
    for (const entry of Array.from({ length: 40 }, (_, index) => index)) {
      const bytes = entriesOf(image.subarray(0, PAGE_SIZE), entry);
      if (bytes.every((byte) => byte === 0xff)) continue;
      const tweak = Buffer.alloc(16);
      tweak.writeUInt32LE(64 + entry * 32);
      const cipher = createCipheriv('aes-256-xts', key, tweak);
      Buffer.concat([cipher.update(bytes), cipher.final()]).copy(bytes);
    }
    expect(readNvs(image)).toMatchObject({ unreadable: 'encrypted-or-damaged', items: [], namespaces: [] });
    expect(() => mergeNamespace(image, 'keybench', [])).toThrow(/encrypted-or-damaged/);
  });

  it('is not said of a first write that was cut short', () => {
    const whole = sample('g1_short.bin');
    for (const length of [1, 31, 32, 40, 64, 80, 96, 100, 200]) {
      const cut = Buffer.alloc(whole.length, 0xff);
      whole.copy(cut, 0, 0, length);
      expect(readNvs(cut).unreadable, `${length} bytes`).toBeUndefined();
    }
  });

  it.each([
    ['no bytes', Buffer.alloc(0), 'bad-size'],
    ['half a page', Buffer.alloc(2048, 0xff), 'bad-size'],
    ['text', Buffer.alloc(0x3000, 'text'), 'not-nvs'],
  ])('is said of %s', (_, image, unreadable) => {
    expect(readNvs(image)).toMatchObject({ unreadable, items: [] });
  });
});

describe('hostile bytes', { timeout: 60_000 }, () => {
  const own = [{ key: 'cid', value: stringValue('GID@@@1') }];

  function survive(image: Buffer) {
    const read = readNvs(image);
    expect(read.size).toBe(image.length);
    let merged: Buffer;
    try {
      merged = mergeNamespace(image, 'keybench', own);
    } catch (error) {
      expect(error).toBeInstanceOf(NvsError);
      return;
    }
    expect(readNvs(merged).items.filter(({ namespace }) => namespace === 'keybench')).toHaveLength(1);
    expect(mergeNamespace(merged, 'keybench', own).equals(merged)).toBe(true);
  }

  // Recipes, not buffers: a counterexample is to be read.
  it('never stop the reader: random pages', () => {
    const kind = fc.constantFrom('random' as const, 'random entries' as const, 'blank' as const);
    const recipe = fc.record({ kind, seed: fc.nat() });
    const build = ({ kind, seed }: { kind: string; seed: number }) => {
      if (kind === 'blank') return flash.blank();
      const page = flash.page([]);
      page.fill(0xaa, 32, 64);
      let state = seed;
      for (let at = kind === 'random' ? 0 : 64; at < PAGE_SIZE; at += 1) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        page.writeUInt8(state >>> 24, at);
      }
      return page;
    };
    fc.assert(
      fc.property(fc.array(recipe, { minLength: 3, maxLength: 4 }), (recipes) =>
        survive(Buffer.concat(recipes.map(build))),
      ),
      { numRuns: 30 },
    );
  });

  it('never stop the reader: flipped bits of real images', () => {
    const images = [sample('g1_short.bin'), sample('g2_str200.bin')];
    const flip = fc.record({ at: fc.nat(0x4fff), bit: fc.nat(7) });
    fc.assert(
      fc.property(
        fc.constantFrom(...images),
        fc.array(flip, { minLength: 1, maxLength: 40 }),
        (image, flips) => {
          const flipped = Buffer.from(image);
          for (const { at, bit } of flips) flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
          survive(flipped);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never stop the reader: entries with good checksums and nonsense in them', () => {
    const entry = fc.record({
      namespaceIndex: fc.constantFrom(0, 1, 2, 255),
      typeCode: fc.constantFrom(0x01, 0x18, 0x21, 0x41, 0x42, 0x48, 0x34, 0xff),
      span: fc.oneof(fc.constant(1), fc.nat(255)),
      chunk: fc.constantFrom(0, 1, 0x80, 0xff),
      key: fc.constantFrom('', 'k', 'keybench'),
      payload: fc.tuple(
        fc.nat(255),
        fc.constantFrom(0, 1, 255),
        fc.nat(255),
        fc.nat(255),
        fc.nat(3),
        fc.nat(255),
      ),
    });
    const recipe = fc.record({
      entries: fc.array(entry, { maxLength: 30 }),
      state: fc.constantFrom('active' as const, 'full' as const, 'freeing' as const),
      sequence: fc.constantFrom(0, 1, 0xffff_ffff),
    });
    fc.assert(
      fc.property(fc.array(recipe, { minLength: 3, maxLength: 5 }), (recipes) => {
        const pages = recipes.map(({ entries, ...options }) =>
          flash.page(
            entries.map(({ payload, ...header }) =>
              flash.raw({ ...header, payload: Buffer.from([...payload, 0, 0]) }),
            ),
            options,
          ),
        );
        survive(Buffer.concat(pages));
      }),
      { numRuns: 100 },
    );
  });
});

function flashCrc(page: Buffer): number {
  return flash.checksum(page.subarray(4, 28));
}
