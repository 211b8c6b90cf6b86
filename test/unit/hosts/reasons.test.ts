/** Why a file is refused is said in the reader's language, with every value in its place. */
import { describe, expect, it } from 'vitest';
import { reasonText } from '../../../electron/contract/texts/reason-texts.ts';
import { reasonsEn } from '../../../electron/contract/texts/reasons.en.ts';
import { reasonsZhCN } from '../../../electron/contract/texts/reasons.zh-CN.ts';
import { type Reason, reason, reasonIn } from '../../../electron/domain/reason.ts';
import { REASONS, type ReasonCode } from '../../../electron/domain/reason-codes.ts';
import { describeFaults } from '../../../electron/hosts/describe-faults.ts';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';

const CODES = Object.entries(REASONS) as [ReasonCode, readonly string[]][];
/** Chinese texts that may be without a Chinese character: what another program said is quoted as it is. */
const QUOTES: readonly ReasonCode[] = ['said'];

describe('a reason', () => {
  it('has both texts, each with all of its values, none with a full stop', () => {
    expect(CODES.length).toBeGreaterThan(100);
    for (const [code, names] of CODES) {
      const values = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
      for (const [language, texts] of [['en', reasonsEn] as const, ['zh-CN', reasonsZhCN] as const]) {
        const text = reasonText(language, { code, values });
        for (const name of names) expect(text, `${code} ${language}`).toContain(`<${name}>`);
        expect(texts[code], code).not.toMatch(/[^.][.。]$/);
        if (language === 'zh-CN' && !QUOTES.includes(code)) expect(text, code).toMatch(/\p{Script=Han}/u);
      }
    }
  });

  it('leaves the braces alone that are a file’s own', () => {
    const unknown = reason('client-id-placeholder', { name: '{serial}' });
    expect(reasonText('en', unknown)).toBe(
      'unknown placeholder {serial}; known are {groupId} {hardwareId} {model} {sequence:N}',
    );
    expect(reasonText('zh-CN', reason('template-bare', { name: 'secret' }))).toContain('{{secret|hex}}');
  });

  it('is taken from a schema’s message, and from nothing that only looks like one', () => {
    expect(reasonIn(JSON.stringify({ code: 'empty' }))).toEqual({ code: 'empty' });
    expect(reasonIn(JSON.stringify({ code: 'constructor' }))).toBeUndefined();
    expect(reasonIn('Invalid input')).toBeUndefined();
  });
});

describe('the faults of an order', () => {
  const read = (text: string) => {
    const result = readWorkOrder(text);
    return result.ok ? [] : result.faults;
  };
  const reasonsOf = (text: string): Reason[] => read(text).map(({ reason: why }) => why);

  it('are lines of a terminal in its language', () => {
    const faults = read('workOrder: X\nquantity: many\nproduct: p\nbroker: { host: h }\nextra: 1\n');
    expect(describeFaults('x.yaml', faults, 'en').split('\n')).toEqual(
      expect.arrayContaining([
        'x.yaml:2: quantity: must be a whole number from 1 to 10000000',
        'x.yaml:5: extra: unknown key',
        'x.yaml: cloud: is missing',
      ]),
    );
    expect(describeFaults('x.yaml', faults, 'zh-CN')).toContain(
      'x.yaml:2: quantity: 应为 1 到 10000000 的整数',
    );
  });

  it.each([
    ['workOrder: [1, 2\n', 'yaml-unclosed'],
    ['a: "b\n', 'yaml-unclosed'],
    ['a: 1\na: 2\n', 'yaml-twice'],
    ['a:\n  b: 1\n c: 2\n', 'yaml-indent'],
    ['a:\n\tb: 1\n', 'yaml-tab'],
    ['a: 1\nb\n', 'yaml-colon'],
    ['a: *nope\n', 'yaml-alias'],
    ['- a\n', 'order-form'],
  ])('say of %j what is wrong with the file itself', (text, code) => {
    expect(reasonsOf(text)[0]?.code).toBe(code);
  });

  it('are never a parser’s or a schema’s own English where the file is an order', () => {
    const wrong = [
      'workOrder: {}',
      'product: []',
      'cloud: text',
      'broker: 7',
      'clientId: 5',
      'device: { family: smp, baudRate: x, bootTimeout: x, model: 1 }',
      'quantity: 0',
      'lock: maybe',
      'verify: no',
    ].join('\n');
    const codes = reasonsOf(wrong).map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(8);
    expect(codes).not.toContain('said');
  });
});
