/** That the same data gives the same bytes, whoever writes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/domain/secret.ts';
import { canonicalJson } from '../../../electron/ledger/canonical-json.ts';

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units, also those that look like numbers', () => {
    expect(canonicalJson({ b: 1, a: [2, { d: null, c: true }], '10': 0, '9': 0, é: 0, Z: 0 })).toBe(
      '{"10":0,"9":0,"Z":0,"a":[2,{"c":true,"d":null}],"b":1,"é":0}',
    );
  });

  it('leaves out what is absent and puts null where a list has a hole', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, 1], c: () => 1 })).toBe('{"b":[null,1]}');
  });

  it('never has a line feed, and never a secret', () => {
    expect(canonicalJson({ text: 'a\nb\u2028', key: new Secret('geheim') })).toBe(
      '{"key":"[secret]","text":"a\\nb\u2028"}',
    );
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });

  it('says what JSON.stringify says, and nothing depends on the order in which members were set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(mirrored(JSON.parse(text)))).toBe(text);
      }),
    );
  });
});

/** The same data with the members of every object set in the opposite order. */
function mirrored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mirrored);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, member]) => [name, mirrored(member)]));
}
