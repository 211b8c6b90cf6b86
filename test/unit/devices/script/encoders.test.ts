/** Every way in which a value may stand in a line gives exactly this value to its reader, or is refused. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../../electron/devices/script/decoders.ts';
import {
  ENCODER_NAMES,
  type EncoderName,
  encodeInLine,
  Unfit,
} from '../../../../electron/devices/script/encoders.ts';
import {
  parseReference,
  parseTemplate,
  render,
  type Value,
} from '../../../../electron/devices/script/template.ts';

const encoded = (text: string, ...encoders: EncoderName[]) =>
  Buffer.from(encodeInLine(Buffer.from(text), encoders)).toString('utf8');
const AWKWARD = `a'b"c\\d$e\`f,g h=i/j+k{l}m#n;o|p&q<r>s~t*u?v!wé中`;

describe('an encoder', () => {
  it.each<[EncoderName, string, string]>([
    ['word', 'DC.Z5fF-cT_v:q/y@A', 'DC.Z5fF-cT_v:q/y@A'],
    ['digits', '8883', '8883'],
    ['chars', 'reboot -f && sync', 'reboot -f && sync'],
    ['at_quote', 'a"b\\c,d', '"a\\"b\\\\c\\,d"'],
    ['sh_squote', "it's $HOME", `'it'\\''s $HOME'`],
    ['py_str', `it's \\ é`, `'it\\'s \\\\ \\xe9'`],
    ['py_str', '中\n', `'\\u4e2d\\x0a'`],
    ['json', 'a"b\n', '"a\\"b\\n"'],
    ['hex', 'AZ', '415a'],
    ['base64', 'abcd', 'YWJjZA=='],
    ['bytelen', 'é', '2'],
    ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('%s writes %j as %s', (name, text, expected) => {
    expect(encoded(text, name)).toBe(expected);
  });

  it.each<[EncoderName, string]>([
    ['word', 'a b'],
    ['word', ''],
    ['word', 'a;reboot'],
    ['digits', '12a'],
    ['digits', ''],
    ['chars', '$HOME'],
    ['chars', 'a`id`'],
    ['chars', "a'b"],
    ['chars', 'a\\b'],
    ['at_quote', 'a\nb'],
    ['at_quote', 'a\x1b[2J'],
    ['sh_squote', 'a\rb'],
    ['sh_squote', 'a\0b'],
    ['sh_squote', 'a\x9bb'],
  ])('%s refuses %j', (name, text) => {
    expect(() => encoded(text, name)).toThrow(Unfit);
  });

  it('refuses bytes that are no text where a text is asked for', () => {
    for (const name of ['sh_squote', 'py_str', 'json', 'at_quote'] as const) {
      expect(() => encodeInLine(Uint8Array.of(0xff, 0xfe), [name]), name).toThrow(Unfit);
    }
  });

  it('lets no CR, LF or NUL into a line, whatever the value and however they are chained', () => {
    const chain = fc.array(fc.constantFrom(...ENCODER_NAMES), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), chain, (bytes, encoders) => {
        try {
          const line = encodeInLine(bytes, encoders);
          expect(line.some((byte) => byte === 0 || byte === 10 || byte === 13)).toBe(false);
        } catch (error) {
          if (!(error instanceof Unfit)) throw error;
        }
      }),
    );
  });

  it('for a shell is read back by a real one as the value, whatever is in it', () => {
    const said = execFileSync('sh', ['-c', `printf %s ${encoded(AWKWARD, 'sh_squote')}`], {
      encoding: 'utf8',
    });
    expect(said).toBe(AWKWARD);
  });

  it('in a chain gives what the next one takes', () => {
    expect(encoded("{'a'}", 'base64', 'sh_squote')).toBe("'eydhJ30='");
    expect(encoded('x"y', 'json', 'sh_squote')).toBe(`'"x\\"y"'`);
  });
});

describe('a decoder', () => {
  const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('latin1');

  it('reads hexadecimal, base64 and dumps, and takes out what it is told to', () => {
    expect(text(decode('41 5A', { decode: 'hex' }))).toBe('AZ');
    expect(text(decode('YWJj\r\nZA==', { decode: 'base64' }))).toBe('abcd');
    expect(text(decode('aa:bb:cc', { remove: ':', case: 'upper' }))).toBe('AABBCC');
    const dump =
      '00000000: 44 43 2e 5a 35 66 46 63  54 76 71 79 41 41 41 41 |DC.Z5fFc TvqyAAAA|\r\n00000010: 7c 0a |..|\r\n';
    expect(text(decode(dump, { decode: 'hexdump' }))).toBe('DC.Z5fFcTvqyAAAA|\n');
  });

  it.each([
    ['hex', '41f'],
    ['hex', '4g'],
    ['base64', 'YWJjZA'],
    ['base64', 'YW*j'],
    ['hexdump', 'Setting not found'],
  ] as const)('of %s takes %j for no value', (form, said) => {
    expect(decode(said, { decode: form })).toBeUndefined();
  });

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        (bytes, form) => {
          const line = Buffer.from(encodeInLine(bytes, [form])).toString('latin1');
          expect(decode(line, { decode: form })).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });
});

describe('a template', () => {
  const values: Record<string, Value> = {
    secret: { bytes: Buffer.from('hunter2hunter2'), isSecret: true },
    name: { bytes: Buffer.from('mqtt/pass'), isSecret: false },
    mark: { bytes: Buffer.from('0a1b2c3d'), isSecret: false },
  };
  const scope = (name: string) => values[name];

  it('shows a secret as its length only, and tells each form of it before it is sent', () => {
    const forms: string[] = [];
    const { bytes, shown } = render(
      parseTemplate('put {{name|word}} {{secret|hex}} {{secret|bytelen}} {{mark}}'),
      scope,
      (form) => void forms.push(Buffer.from(form).toString()),
    );
    expect(Buffer.from(bytes).toString()).toBe('put mqtt/pass 68756e7465723268756e74657232 14 0a1b2c3d');
    expect(shown).toBe('put mqtt/pass [hex, 28 bytes] 14 0a1b2c3d');
    expect(forms).toEqual(['68756e7465723268756e74657232']);
  });

  it.each([
    ['{{secret}}', /template-bare/],
    ['{{secret|raw}}', /template-encoder.*raw/],
    ['{{secret|hex', /template-open/],
    ['{{|hex}}', /template-name/],
    ['{{a b|hex}}', /template-name.*a b/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(reason);
  });

  it('keeps its own text as UTF-8', () => {
    const { bytes } = render(parseTemplate('中 {{name|word}}'), scope, () => {});
    expect(Buffer.from(bytes).toString('utf8')).toBe('中 mqtt/pass');
    expect(parseReference('record | base64 | sh_squote').encoders).toEqual(['base64', 'sh_squote']);
  });
});
