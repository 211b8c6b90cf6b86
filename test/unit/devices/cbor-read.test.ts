/** Reading whatever well-formed map firmware may send, and nothing else. Examples from RFC 8949, appendix A. */
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCborMap } from '../../../electron/devices/smp/cbor-read.ts';

const read = (hex: string) => readCborMap(Uint8Array.from(Buffer.from(hex, 'hex')));
const fieldA = (hex: string) => read(`a16161${hex}`)?.get('a');

describe('a reply that is a map', () => {
  it('is read with counted and with open ends', () => {
    expect(read('a0')).toEqual(new Map());
    expect(read('bf61610161629f0203ffff')).toEqual(
      new Map<unknown, unknown>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    );
  });

  it.each([
    ['0', '00', 0],
    ['a number that is not in its shortest form', '1b0000000000000001', 1],
    ['2^53 - 1', '1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['2^64 - 1', '1bffffffffffffffff', 2n ** 64n - 1n],
    ['-1', '20', -1],
    ['-2^64', '3bffffffffffffffff', -(2n ** 64n)],
    ['text', '6449455446', 'IETF'],
    ['text in pieces', '7f657374726561646d696e67ff', 'streaming'],
    ['bytes in pieces', '5f42010243030405ff', Uint8Array.of(1, 2, 3, 4, 5)],
    ['a tagged value', 'c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['true', 'f5', true],
    ['false', 'f4', false],
    ['null', 'f6', null],
    ['undefined', 'f7', undefined],
    ['a simple value', 'f0', undefined],
    ['a simple value of two bytes', 'f8ff', undefined],
    ['a half float', 'f93c00', undefined],
    ['a double', 'fb3ff199999999999a', undefined],
  ])('may hold %s', (_name, hex, value) => {
    expect(read(`a16161${hex}`)?.has('a')).toBe(true);
    expect(fieldA(hex)).toEqual(value);
  });

  it('may have keys that are no text', () => {
    expect(read('a30102f503a00461')).toBeUndefined();
    expect(read('a3010220036161f5')?.get('a')).toBe(true);
  });
});

describe('bytes that are no map', () => {
  it.each([
    ['nothing', ''],
    ['a number', '01'],
    ['an array', '80'],
    ['a map with a byte after it', 'a000'],
    ['a map that is cut short', 'a26161'],
    ['text that is cut short', 'a16161644945'],
    ['text that claims 2^63 bytes', 'a161617b7fffffffffffffff00'],
    ['an array that claims 2^32 items', 'a161619affffffff00'],
    ['a map that claims 2^64 entries', 'bbffffffffffffffff'],
    ['a reserved length', 'a161611c'],
    ['an open number', 'a161611f'],
    ['an open tag', 'a16161df00'],
    ['a break where a value must be', 'a16161ff'],
    ['a break in a counted array', 'a1616181ff'],
    ['an open map with a key alone', 'bf6161ff'],
    ['pieces of another type', 'a161617f4101ff'],
    ['a half float that is cut short', 'a16161f93c'],
    ['a two-byte simple value below 32', 'a16161f818'],
    ['nesting without end', `a16161${'81'.repeat(2000)}00`],
  ])('are refused: %s', (_name, hex) => {
    expect(read(hex)).toBeUndefined();
  });

  it('never make the reader throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readCborMap(bytes)),
      {
        numRuns: 2000,
      },
    );
  });
});

it('reads what another library wrote', () => {
  const value = fc.oneof(fc.string(), fc.nat(), fc.boolean(), fc.uint8Array(), fc.array(fc.string()));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (fields) => {
      const plain = { ...fields };
      expect(readCborMap(encode(plain))).toEqual(new Map(Object.entries(plain)));
    }),
  );
});
