/**
 * The documents that are made from the tables: they must say what the code says. `UPDATE_DOCUMENTS=1` writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsEn } from '../../electron/contract/texts/errors.en.ts';
import { errorsZhCN } from '../../electron/contract/texts/errors.zh-CN.ts';
import { ERRORS, type ErrorCode, type ErrorRow } from '../../electron/domain/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const rows = Object.entries(ERRORS) as [ErrorCode, ErrorRow][];

const RETRY = {
  again: 'may help',
  'fix-first': 'only after what is blamed was mended',
  never: 'does not help',
} as const;

function errorsPage(): string {
  const line = ([code, { outcome, blame, retry, held }]: [ErrorCode, ErrorRow]) => {
    const { what, todo } = errorsEn[code];
    const zh = errorsZhCN[code];
    const mark = held ? `${blame}; a person decides` : blame;
    return `| \`${code}\` | ${outcome} | ${mark} | ${what} **${todo}**<br>${zh.what}**${zh.todo}** | ${RETRY[retry]} |`;
  };
  return `# Error codes

Made from the one table in \`electron/domain/errors.ts\` and the two catalogues; a test keeps it true.
FAIL is the unit's; ERROR is anything but the unit's. \`{name}\` is filled from the error's evidence.

| Code | Outcome | Whose | What, and what to do next | Putting the same unit in again |
|---|---|---|---|---|
${rows.map(line).join('\n')}
`;
}

describe('documents', () => {
  it('list every error code as the table has it', () => {
    const path = resolve(root, 'docs/errors.md');
    if (process.env.UPDATE_DOCUMENTS) writeFileSync(path, errorsPage());
    expect(readFileSync(path, 'utf8')).toBe(errorsPage());
  });

  it('give each code two sentences in each language, and no brace without evidence', () => {
    for (const texts of [errorsEn, errorsZhCN]) {
      for (const [code, { what, todo }] of Object.entries(texts)) {
        expect(what, code).toMatch(/[.。]$/);
        expect(todo, code).toMatch(/[.。]$/);
        expect(`${what}${todo}`.replace(/\{\w+\}/g, ''), code).not.toMatch(/[{}]/);
      }
    }
  });
});
