/** Files that an order names, for a family that does nothing about what cannot be read: the order's fault says which. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type FamilyEntry, FamilyRulesError } from '../../../electron/devices/family-entry.ts';
import { reason } from '../../../electron/domain/reason.ts';
import { ruleFiles } from '../../../electron/hosts/rule-files.ts';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';
import { orderText } from '../../support/order.ts';
import { said } from '../../support/reasons.ts';

const WITH_TABLE: FamilyEntry = {
  keys: { table: z.string() },
  create: (rules, files) => {
    const found = files.find(String(rules.own?.table), 'table');
    const name = found === undefined ? 'nowhere' : found.text;
    throw new FamilyRulesError([{ key: 'table', reason: reason('setting-missing', { name }) }]);
  },
};

function faultOf(table: string): unknown {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-rules-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'plain'), 'its text');
  symlinkSync('loop', join(dir, 'loop'));
  const text = orderText({ own: { table } });
  const read = readWorkOrder(text, { families: { smp: WITH_TABLE }, files: ruleFiles(dir) });
  if (read.ok) throw new Error('the order was taken');
  const line = text.split('\n').findIndex((each) => each.startsWith('  table:')) + 1;
  return read.faults.map((fault) => {
    expect(fault).toMatchObject({ line, field: 'device.table' });
    return said(fault.reason).replace(dir, '');
  });
}

it('are read, and looked for elsewhere where there is nothing of that name', () => {
  expect(faultOf('plain')).toEqual(['its text is missing']);
  expect(faultOf('other')).toEqual(['nowhere is missing']);
  expect(faultOf('plain/below')).toEqual(['nowhere is missing']);
});

it('that cannot be read are named, with line and key, whichever family asked', () => {
  expect(faultOf('folder')).toEqual(['/folder cannot be read (EISDIR)']);
  expect(faultOf('loop')).toEqual(['/loop cannot be read (ELOOP)']);
  expect(faultOf('"a\\0b"')).toEqual([expect.stringContaining('cannot be read (ERR_INVALID_ARG_VALUE)')]);
});
