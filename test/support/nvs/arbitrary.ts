/** Random contents of an NVS partition, of every kind, for property tests. */
import fc from 'fast-check';
import {
  blobValue,
  INTEGER_TYPES,
  integerValue,
  type NvsEntry,
  type NvsNamespace,
  type NvsValue,
  stringValue,
} from '../../../electron/devices/esp32-nvs/nvs/types.ts';

const name = fc.stringMatching(/^[a-z0-9._-]{1,15}$/);

const integer: fc.Arbitrary<NvsValue> = fc
  .tuple(fc.constantFrom(...INTEGER_TYPES), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
  .map(([type, bits]) => {
    const width = Number(type.slice(1));
    return integerValue(
      type,
      type.startsWith('i') ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits),
    );
  });
const text = fc.string({ unit: 'grapheme', maxLength: 90 }).map((value) => value.replaceAll('\0', ''));
const value: fc.Arbitrary<NvsValue> = fc.oneof(
  integer,
  text.map(stringValue),
  fc.uint8Array({ maxLength: 200 }).map(blobValue),
  // Longer than what is left of a page, so that it is cut into pieces.
  fc
    .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 255 }))
    .map(([length, byte]) => blobValue(Buffer.alloc(length, byte))),
);

const bytesIn = (entries: readonly NvsEntry[]) =>
  entries.reduce((sum, entry) => sum + ('data' in entry.value ? entry.value.data.length : 0), 0);

export const entries = fc
  .uniqueArray(fc.record({ key: name, value }), { selector: ({ key }) => key, maxLength: 12 })
  .filter((some) => bytesIn(some) < 10_000);

/** Namespaces with names of their own, none of them `without`: at most 40,000 bytes of values. */
export const namespaces = (without: string): fc.Arbitrary<NvsNamespace[]> =>
  fc.uniqueArray(fc.record({ name: name.filter((one) => one !== without), entries }), {
    selector: (one) => one.name,
    maxLength: 4,
  });
