/** That no question which the command line or the window can ask needs a walk over a whole table. */
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { Tables } from '../../../electron/ledger/schema.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import { loadSqlite, openDatabase } from '../../../electron/ledger/sqlite.ts';
import {
  anOrder,
  cid,
  claimUnit,
  digest,
  finished,
  hw,
  INSTANCE,
  passUnit,
  run,
  wayToPass,
} from './events.ts';
import { tempDir } from './fixtures.ts';

async function opened(ledger: SqlLedger, number = 'WO-1'): Promise<void> {
  await ledger.append([
    { type: 'order.opened', number, product: 'sensor-a', quantity: 10, recipe: '[]', definition: '{}' },
  ]);
}

describe('no question', () => {
  it('is answered by walking through a table', async () => {
    const path = join(tempDir(), 'keybench.db');
    const writer = await openLedger({ path, mode: 'write' });
    await opened(writer);
    await passUnit(writer, { runId: 'r1', hardwareId: 'A1' });
    await writer.close();
    const texts = await statementsOf(path, async (ledger) => {
      for (const query of [
        {},
        { orderNumber: 'WO-1', before: 'r1' },
        { clientId: 'GID_sensor@@@A1' },
        { hardwareId: 'A1' },
        { text: 'a1' },
        { text: 'WO-1' },
        { text: 'r1' },
      ]) {
        await ledger.records(query);
        await ledger.runs(query);
        for await (const _record of ledger.everyRecord(query));
      }
      await ledger.inDoubt();
      await ledger.eventsOf('r1');
      await ledger.claimOf(INSTANCE, cid('GID_sensor@@@A1'));
      await ledger.claimOfUnit(hw('A1'));
      await ledger.ownerOf(hw('A1'), digest('a'));
      await ledger.orderCounts('WO-1');
      await ledger.head();
      const claimed = await claimUnit(ledger, {
        runId: 'r2',
        hardwareId: 'A2',
        order: anOrder({ template: '{groupId}@@@{sequence:4}' }),
      });
      expect(claimed.kind).toBe('claimed');
      const way = wayToPass({ hardwareId: 'A2', clientId: 'GID_sensor@@@0001' });
      await ledger.append([way.requested, way.known, way.written, way.proved, way.passed], run('r2'));
      await ledger.append([finished()], run('r3'));
    });
    expect(texts.filter((text) => /^(select|update|insert)/.test(text)).length).toBeGreaterThan(30);
    expect(await walksOf(path, texts)).toEqual([]);
    expect(await walksOf(path, ['select * from run where slot = ?'])).toHaveLength(1);
  });
});

/** The texts of all statements that the ledger at `path` prepares while `work` goes on. */
async function statementsOf(path: string, work: (ledger: SqlLedger) => Promise<void>): Promise<string[]> {
  const texts: string[] = [];
  const { SqlLedger } = await import('../../../electron/ledger/sql-ledger.ts');
  const db: Kysely<Tables> = await openDatabase(path, {
    mode: 'write',
    onPrepare: (text) => texts.push(text),
  });
  const lock = { release: () => undefined };
  const ledger = new SqlLedger({ db, path, stationId: 's', now: () => 0, interrupted: 0, lock });
  onTestFinished(() => ledger.close());
  await work(ledger);
  return texts;
}

/** A list without a filter is read along the index that has its order, and stops at its limit. */
const isOrderedList = /^SCAN (run USING INDEX run_by_start|credential USING INDEX credential_in_doubt)$/;

/** Statements for which SQLite would read a whole table. */
async function walksOf(path: string, texts: readonly string[]): Promise<string[]> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path);
  const walks = texts
    .filter((text) => !/^(begin|commit|pragma)/.test(text))
    .flatMap((text) => {
      const parameters = Array.from({ length: text.split('?').length - 1 }, () => 1);
      const steps = raw.prepare(`explain query plan ${text}`).all(...parameters) as { detail: string }[];
      return steps
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN/.test(detail) && !isOrderedList.test(detail))
        .map((detail) => `${detail}: ${text}`);
    });
  raw.close();
  return walks;
}
