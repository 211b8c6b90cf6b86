/**
 * What a reader finds after power went at a bad moment: what Espressif's library would find after its next boot. The
 * states are laid by hand, each after the step of the library that leaves it.
 */
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { mergeNamespace } from '../../../../electron/devices/esp32-nvs/nvs/merge-nvs.ts';
import { readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { blobValue, stringValue, textOf } from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import * as flash from '../../../support/nvs/flash.ts';

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
