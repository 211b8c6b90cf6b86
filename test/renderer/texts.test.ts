/** The catalogues: complete in both languages, the same names in both, and no text beside them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTRACT_ERROR_CODES } from '../../electron/contract/api.ts';
import { SLOT_ACTIONS, TRAINING_FAULTS } from '../../electron/contract/views.ts';
import { translateFrom } from '../../renderer/i18n/catalogue.ts';
import { en } from '../../renderer/i18n/en.ts';
import { errorText } from '../../renderer/i18n/error-text.ts';
import { zhCN } from '../../renderer/i18n/zh-CN.ts';
import { ERROR_CODES, EVIDENCE } from '../support/snapshots.ts';

const renderer = resolve(import.meta.dirname, '../../renderer');
const catalogues = {
  en: en as Readonly<Record<string, string>>,
  'zh-CN': zhCN as Readonly<Record<string, string>>,
};
const namesOf = (text: string) => [...text.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1]).sort();

function filesOf(dir: string, end: RegExp): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return filesOf(path, end);
    return end.test(name) ? [path] : [];
  });
}

describe('the catalogues', () => {
  it('have the same keys, and no empty text', () => {
    expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort());
    for (const catalogue of Object.values(catalogues))
      for (const [key, text] of Object.entries(catalogue)) expect(text.trim(), key).not.toBe('');
  });

  it('fill the same names in both languages', () => {
    for (const [key, text] of Object.entries(catalogues.en))
      expect(namesOf(catalogues['zh-CN'][key] ?? ''), key).toEqual(namesOf(text));
  });

  it('say in Chinese what is Chinese: no English sentence is left over', () => {
    const alike = Object.entries(catalogues.en).filter(
      ([key, text]) => catalogues['zh-CN'][key] === text && /[a-z]{3,} [a-z]{3,}/.test(text),
    );
    expect(alike).toEqual([]);
  });

  it('have a text for every code, action and fault of the contract', () => {
    for (const code of CONTRACT_ERROR_CODES) expect(catalogues.en[`error.${code}`], code).toBeDefined();
    for (const action of SLOT_ACTIONS) expect(catalogues.en[`action.${action}`], action).toBeDefined();
    for (const fault of TRAINING_FAULTS) expect(catalogues.en[`fault.${fault}`], fault).toBeDefined();
  });

  it('fill names with values, and leave no brace', () => {
    expect(translateFrom(en)('foot.slots', { present: 7, total: 8 })).toBe('7 of 8 slots');
    expect(translateFrom(zhCN)('foot.slots', { present: 7, total: 8 })).toBe('7 / 8 槽位');
  });

  it('fill every error text from its evidence in both languages', () => {
    for (const language of ['en', 'zh-CN'] as const)
      for (const code of ERROR_CODES) {
        const { what, todo } = errorText(language, code, EVIDENCE);
        expect(`${what}${todo}`, code).not.toMatch(/[{}…]/);
      }
  });

  it('set Chinese sentences with Chinese marks', () => {
    for (const code of ERROR_CODES) {
      const { what, todo } = errorText('zh-CN', code, {});
      expect(`${what}${todo}`, code).not.toMatch(/\p{Script=Han}[,:;]|[,:;]\p{Script=Han}/u);
    }
    for (const [key, text] of Object.entries(catalogues['zh-CN']))
      expect(text, key).not.toMatch(/\p{Script=Han}[,:;?!]|[,:;?!]\p{Script=Han}/u);
  });
});

/** Letters between tags, or in an attribute that a person reads or hears. */
const TEXT_IN_TAGS = />(?![=[(])\s*([^<>{}\n]*\p{Letter}{2}[^<>{}\n]*)</gu;
const TEXT_IN_ATTRIBUTE = /\b(?:aria-label|title|placeholder|alt|label|about|yes)="([^"]*\p{Letter}[^"]*)"/gu;

function literalsOf(source: string): string[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/=>|<[A-Z][\w<>,.\s|'"[\]]*>\(/g, ' ');
  const markup = code.slice(Math.max(0, code.indexOf('return (')));
  return [...markup.matchAll(TEXT_IN_TAGS), ...markup.matchAll(TEXT_IN_ATTRIBUTE)].map((match) =>
    (match[1] ?? '').trim(),
  );
}

describe('the components', () => {
  const files = filesOf(renderer, /\.tsx$/);

  it('are looked at, every one', () => {
    expect(files.length).toBeGreaterThan(30);
  });

  it('hold no text of their own', () => {
    const found = files.flatMap((path) =>
      literalsOf(readFileSync(path, 'utf8')).map((text) => `${relative(renderer, path)}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('would be caught holding one', () => {
    expect(literalsOf(`return (<p>Put a unit in</p>)`)).toEqual(['Put a unit in']);
    expect(literalsOf(`return (<p>放入产品</p>)`)).toEqual(['放入产品']);
    expect(literalsOf(`return (<button aria-label="Close" />)`)).toEqual(['Close']);
    expect(literalsOf(`return (<p>{text('ui.close')}</p>)`)).toEqual([]);
  });
});
