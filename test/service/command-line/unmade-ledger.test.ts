/** A station that was killed in the moment in which it made its ledger: who reads the file finds an empty ledger. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { createFloor } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';

const NO_HASH = '0'.repeat(64);

async function expectEmpty(ledgerPath: string): Promise<void> {
  const before = readFileSync(ledgerPath);
  const verified = await keybench(['verify-ledger', '--ledger', ledgerPath]);
  expect(verified.status, verified.stderr).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, events: 0, head: NO_HASH });
  const records = await keybench(['records', '--ledger', ledgerPath]);
  expect(records.status, records.stderr).toBe(0);
  expect(JSON.parse(records.stdout)).toEqual([]);
  const csv = await keybench(['records', '--format', 'csv', '--ledger', ledgerPath]);
  expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(1);
  for (const { stderr } of [verified, records, csv]) {
    expect(stderr).toContain(`${ledgerPath}: an empty ledger`);
  }
  expect(readFileSync(ledgerPath)).toEqual(before);
}

async function withSql(path: string, ...statements: string[]): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

describe('a ledger without tables counts as an empty one', () => {
  it.each<[string, readonly string[]]>([
    ['the file alone', []],
    ['its mark', ['pragma application_id = 1263225927']],
    ['its mark and its journal', ['pragma application_id = 1263225927', 'pragma journal_mode = wal']],
  ])('where its maker came as far as %s', async (_name, statements) => {
    const floor = await createFloor();
    writeFileSync(floor.ledgerPath, '');
    await withSql(floor.ledgerPath, ...statements);
    await expectEmpty(floor.ledgerPath);
    const only = await floor.unit();
    expect((await keybench(floor.run([only], floor.order()))).status).toBe(0);
  });

  it('wherever its maker was killed', { timeout: 180_000 }, async () => {
    const floor = await createFloor();
    const absent = await floor.unit({ powered: false });
    const orderPath = floor.order();
    for (let kill = 0; kill < 5; kill += 1) {
      const ledgerPath = join(floor.dir, `killed-${kill}.db`);
      const args = floor.run([absent], orderPath).map((arg) => (arg === floor.ledgerPath ? ledgerPath : arg));
      const running = start(args);
      while (!existsSync(ledgerPath)) await setImmediate();
      for (let turn = 0; turn < 3 * kill; turn += 1) await setImmediate();
      running.child.kill('SIGKILL');
      await running.ended;
      const [verified, records] = await Promise.all(
        ['verify-ledger', 'records'].map((command) => keybench([command, '--ledger', ledgerPath])),
      );
      expect(verified?.status, verified?.stderr).toBe(0);
      expect(records?.stdout, records?.stderr).toBe('[]\n');
    }
  });

  it("but another program's database is none", async () => {
    const floor = await createFloor();
    await withSql(floor.ledgerPath, 'create table theirs (a)');
    for (const command of ['verify-ledger', 'records']) {
      const ended = await keybench([command, '--ledger', floor.ledgerPath]);
      expect(ended.stderr).toMatch(/LEDGER_CORRUPT.*not a ledger/);
      expect(ended.status).toBe(3);
    }
  });
});
