/** What a merge must not touch, what cannot be read, and bytes that nobody ever wrote: nothing of others is lost, and no reader hangs. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, PAGE_SIZE } from '../../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { eraseNamespace, mergeNamespace } from '../../../../electron/devices/esp32-nvs/nvs/merge-nvs.ts';
import { NvsError } from '../../../../electron/devices/esp32-nvs/nvs/nvs-error.ts';
import { readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { integerValue, stringValue, textOf } from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
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
