/** No secret leaves the redactor, however it is written, cut or wrapped. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf, HIDDEN, PIECE, Redactor } from '../../../../electron/devices/script/redactor.ts';
import { findSecret } from '../../../support/canary.ts';

const SECRET = 'DC.BBBBBBBBBBBBBBBBBBBBBB';

/** What comes out of `text` in chunks of these sizes. */
function through(redactor: Redactor, text: string, sizes: readonly number[]): string {
  let out = '';
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    out += redactor.push(text.slice(at, at + size));
    at += size;
  }
  return out + redactor.flush();
}

const secretText = fc.stringMatching(/^[A-Za-z0-9+/=.$'"\\,-]{16,40}$/);
const noise = fc.stringMatching(/^[ -~\r\n]{0,40}$/);
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

describe('the redactor', () => {
  it('lets no form of a secret through, wherever the input is cut', () => {
    fc.assert(
      fc.property(secretText, noise, noise, sizes, fc.nat(), (secret, before, after, cuts, pick) => {
        const bytes = Buffer.from(secret);
        const shifted = [0, 1, 2].map((shift) =>
          Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64'),
        );
        const said = [
          secret,
          bytes.toString('hex'),
          bytes.toString('hex').toUpperCase(),
          encodeURIComponent(secret),
          ...shifted,
        ];
        const redactor = new Redactor();
        redactor.addSecret(bytes);
        const out = through(redactor, `${before}${said[pick % said.length]}${after}`, cuts);
        expect(findSecret(secret, 'output', out)).toEqual([]);
        // A piece that the text around it holds by itself is hidden as well.
        const seen = formsOf(bytes).flatMap((form) => {
          return Array.from({ length: Math.max(0, form.length - PIECE + 1) }, (_, at) => {
            return form.slice(at, at + PIECE);
          }).filter((piece) => out.includes(piece));
        });
        expect(seen).toEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('lets no form that was sent through, cut into lines as a terminal wraps them', () => {
    fc.assert(
      fc.property(secretText, fc.integer({ min: 1, max: 30 }), sizes, (secret, width, cuts) => {
        const sent = `'${secret.replaceAll("'", `'\\''`)}'`;
        const redactor = new Redactor();
        redactor.addForm(sent);
        const wrapped = sent.replace(new RegExp(`[^]{${width}}`, 'g'), '$& \r\n');
        const out = through(redactor, `# printf ${wrapped}\r\n# `, cuts);
        expect(out.replace(/\s/g, '')).not.toContain(secret.slice(2, 2 + PIECE).replace(/\s/g, ''));
      }),
    );
  });

  const bytesOf = (secret: string) => Buffer.from(secret).toString('hex').match(/../g) ?? [];
  const dumps: readonly (readonly [string, (secret: string) => string])[] = [
    ['bytes between colons', (secret) => bytesOf(secret).join(':')],
    [
      'a list of numbers in C',
      (secret) =>
        bytesOf(secret)
          .map((byte) => `0x${byte}`)
          .join(', '),
    ],
    [
      'a string in C',
      (secret) =>
        bytesOf(secret)
          .map((byte) => `\\x${byte}`)
          .join(''),
    ],
    [
      'an URL, every character escaped',
      (secret) =>
        bytesOf(secret)
          .map((byte) => `%${byte}`)
          .join(''),
    ],
    ['words of two bytes', (secret) => Buffer.from(secret).toString('hex').replace(/.{4}/g, '$& ')],
    ['groups of characters', (secret) => secret.replace(/.{7}/g, '$&-')],
    ['characters in quotes', (secret) => [...secret].map((character) => `'${character}'`).join(', ')],
    ['JSON with escapes', (secret) => JSON.stringify(secret).replaceAll('/', '\\/')],
  ];

  it.each(dumps)('lets no secret through as %s, wherever the input is cut', (_, dump) => {
    const plain = fc.stringMatching(/^[A-Za-z0-9/+]{24,40}$/);
    fc.assert(
      fc.property(
        plain,
        fc.constantFrom('', 'AT+X=0', '\r\n> ', 'held 0x0'),
        sizes,
        (secret, before, cuts) => {
          const redactor = new Redactor();
          redactor.addSecret(Buffer.from(secret));
          const out = through(redactor, `${before}<${dump(secret)}>`, cuts);
          const marks = /0x|\\x|[ :,.%'"\\-]|\[secret\]/g;
          expect(out.replace(marks, '').replace(/^[^<]*/, '')).toBe('<>');
        },
      ),
    );
  });

  it('gives all other text through, as it was', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z \r\n]{0,200}$/), sizes, (text, cuts) => {
        const redactor = new Redactor();
        redactor.addSecret(Buffer.from(SECRET));
        expect(through(redactor, text, cuts)).toBe(text);
      }),
    );
  });

  it('shows a secret once as such, however many chunks it came in', () => {
    const redactor = new Redactor();
    redactor.addSecret(Buffer.from(SECRET));
    expect(through(redactor, `key=${SECRET}\r\n`, [1])).toBe(`key=${HIDDEN}\r\n`);
  });

  it('holds back what may become a secret, and no more', () => {
    const redactor = new Redactor();
    redactor.addSecret(Buffer.from(SECRET));
    expect(redactor.push('login: ')).toBe('login: ');
    expect(redactor.push('DC.B')).toBe('');
    expect(redactor.push('x')).toBe('DC.Bx');
  });

  it('knows a short secret by the whole of it, and a form that it learns late', () => {
    const redactor = new Redactor();
    redactor.addSecret(Buffer.from('root'));
    expect(through(redactor, 'user root pass', [3])).toBe(`user ${HIDDEN} pass`);
    redactor.addForm('late-secret');
    expect(redactor.redact('it is late-secret.')).toBe(`it is ${HIDDEN}.`);
  });
});
