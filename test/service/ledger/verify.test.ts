/** That a ledger proves itself, and that whatever is changed behind its back is found and named. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventHash, NO_HASH } from '../../../electron/ledger/chain.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { RunEventRow } from '../../../electron/ledger/schema.ts';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { claimUnit, finished, passUnit, run, wayToPass } from './events.ts';
import { tempDir, tempLedger } from './fixtures.ts';

/** A closed ledger with a passed unit, one in doubt and an attempt without a unit. */
async function aLedger(): Promise<{ path: string; head: string }> {
  const path = join(tempDir(), 'keybench.db');
  const ledger = await openLedger({ path, mode: 'write', now: () => Date.UTC(2026, 10, 24) });
  await passUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
  await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2' });
  const way = wayToPass({ hardwareId: 'A2', clientId: 'GID_sensor@@@A2' });
  await ledger.append([way.requested, way.known], run('r2'));
  await ledger.append([finished({ outcome: 'ERROR', code: 'PORT_LOST' })], run('r2'));
  await ledger.append([finished()], run('r3'));
  const head = await ledger.head();
  await ledger.close();
  return { path, head };
}

/** Changes the file with SQL, as somebody with a database tool would. */
async function tamper(path: string, ...statements: string[]): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

describe('a ledger that nobody touched', () => {
  it('verifies, and says its head', async () => {
    const { path, head } = await aLedger();
    expect(await verifyLedger(path)).toEqual({ ok: true, events: 14, head, problems: [], more: 0 });
  });

  it('verifies beside its writer', async () => {
    const path = join(tempDir(), 'keybench.db');
    const ledger = await tempLedger({ path });
    await passUnit(ledger, { runId: 'r1', hardwareId: 'A1' });
    expect(await verifyLedger(path)).toMatchObject({ ok: true, events: 8, head: await ledger.head() });
  });

  it('need not be verified to the end', async () => {
    const { path } = await aLedger();
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await expect(verifyLedger(path, controller.signal)).rejects.toMatchObject({ code: 'LEDGER_FAILED' });
  });

  it('is not changed by being verified', async () => {
    const { path, head } = await aLedger();
    await verifyLedger(path);
    const again = await openLedger({ path, mode: 'read' });
    expect(await again.head()).toBe(head);
    await again.close();
  });
});

describe('verification finds', () => {
  it('one changed byte in what an event says', async () => {
    const { path } = await aLedger();
    await tamper(path, `update run_event set data = replace(data, '"port-1"', '"port-2"') where seq = 2`);
    const { ok, problems } = await verifyLedger(path);
    expect(ok).toBe(false);
    expect(problems.filter(({ kind }) => kind === 'chain')).toMatchObject([{ where: 'event 2' }]);
    expect(problems).toContainEqual({
      kind: 'table',
      where: 'run r1, port',
      expected: 'port-2',
      found: 'port-1',
    });
  });

  it.each(['at', 'run_id', 'type', 'station_id', 'previous_hash', 'hash'])(
    'a change of an event in its column %s',
    async (column) => {
      const { path } = await aLedger();
      await tamper(path, `update run_event set ${column} = ${column} || 'x' where seq = 5`);
      const { problems } = await verifyLedger(path);
      expect(problems).toContainEqual(expect.objectContaining({ kind: 'chain', where: 'event 5' }));
    },
  );

  it('an event that was taken out', async () => {
    const { path } = await aLedger();
    await tamper(path, 'delete from run_event where seq = 7');
    const { problems } = await verifyLedger(path);
    expect(problems.find(({ kind }) => kind === 'chain')).toEqual({
      kind: 'chain',
      where: 'event 8',
      expected: 'event 7',
      found: 'a gap after event 6',
    });
  });

  it('events that were taken off the end, by what they had made', async () => {
    const { path } = await aLedger();
    await tamper(path, 'delete from run_event where seq >= 12');
    const { problems } = await verifyLedger(path);
    expect(problems).toContainEqual({
      kind: 'table',
      where: 'run r3',
      expected: 'no row',
      found: 'a row',
    });
  });

  it('a proof that was taken out with all hashes made anew, by what now cannot have happened', async () => {
    const { path } = await aLedger();
    await withoutEvent(path, 'unit.proved');
    const { problems } = await verifyLedger(path);
    expect(problems[0]).toEqual({
      kind: 'chain',
      where: 'event 7',
      found: 'run.passed, which cannot have happened: run.passed: claim is written',
    });
    expect(problems).toContainEqual({
      kind: 'table',
      where: 'run r1, outcome',
      expected: 'null',
      found: 'PASS',
    });
  });

  it('an event that was put in with a right hash but cannot have happened', async () => {
    const { path, head } = await aLedger();
    const row = {
      station_id: await stationOf(path),
      seq: 15,
      at: '2026-11-24T00:00:00.000Z',
      run_id: 'r2',
      type: 'run.passed',
      data: '{"clientId":"GID_sensor@@@A2","instanceId":"post-cn-test00001","phases":{}}',
      previous_hash: head,
    };
    await tamper(path, insertOf({ ...row, hash: eventHash(row) }));
    const { problems } = await verifyLedger(path);
    expect(problems).toEqual([
      {
        kind: 'chain',
        where: 'event 15',
        found: 'run.passed, which cannot have happened: run.passed: claim is known',
      },
    ]);
  });

  it('a second chain beside the station’s own', async () => {
    const { path } = await aLedger();
    const row = {
      station_id: 'zzz',
      seq: 1,
      at: '2026-11-24T00:00:00.000Z',
      run_id: '',
      type: 'station.created',
      data: '{"stationId":"zzz"}',
      previous_hash: NO_HASH,
    };
    await tamper(path, insertOf({ ...row, hash: eventHash(row) }));
    const { problems } = await verifyLedger(path);
    expect(problems).toContainEqual(
      expect.objectContaining({ kind: 'chain', where: 'event 1', found: 'events of station zzz' }),
    );
  });

  it('what is not JSON, or lacks what its type needs', async () => {
    const { path } = await aLedger();
    await tamper(
      path,
      `update run_event set data = '{' where seq = 2`,
      `update run_event set data = '{}' where seq = 9`,
    );
    const { problems } = await verifyLedger(path);
    for (const where of ['event 2', 'event 9']) {
      expect(problems).toContainEqual(
        expect.objectContaining({
          kind: 'chain',
          where,
          found: expect.stringContaining('cannot have happened'),
        }),
      );
    }
  });

  it.each([
    ['run', `update run set outcome = 'PASS', code = null where id = 'r2'`, 'run r2, outcome'],
    [
      'credential',
      `update credential set state = 'passed' where client_id like '%A2'`,
      'credential post-cn-test00001 GID_sensor@@@A2, state',
    ],
    ['unit', `update unit set model = 'sensor-b' where hardware_id = 'A1'`, 'unit A1, model'],
    ['work_order', 'update work_order set passed = passed + 1', 'work_order WO-1, passed'],
    ['slot', `update slot set port = 'elsewhere'`, '/slot .* slot-1, port/'],
    ['operator', `update operator set last_seen_at = ''`, 'operator op-7, last_seen_at'],
    ['station', `update station set created_at = ''`, '/station .*, created_at/'],
  ])('a changed row of %s', async (_table, statement, where) => {
    const { path } = await aLedger();
    await tamper(path, statement);
    const { ok, problems } = await verifyLedger(path);
    expect(ok).toBe(false);
    const named = where.startsWith('/') ? new RegExp(where.slice(1, -1)) : where;
    expect(problems.every(({ kind }) => kind === 'table')).toBe(true);
    expect(problems.map((problem) => problem.where)).toContainEqual(
      typeof named === 'string' ? named : expect.stringMatching(named),
    );
  });

  it('a row that was put in and a row that was taken out', async () => {
    const { path } = await aLedger();
    await tamper(
      path,
      'pragma foreign_keys = off',
      `insert into unit select 'A0', model, firmware, first_seen_at, last_seen_at, null, null, 'a0', '0a' from unit limit 1`,
      `delete from run where id = 'r3'`,
    );
    expect((await verifyLedger(path)).problems).toEqual([
      { kind: 'table', where: 'unit A0', expected: 'no row', found: 'a row' },
      { kind: 'table', where: 'run r3', expected: 'a row', found: 'no row' },
    ]);
  });

  it('damage of the file itself', async () => {
    const { path } = await aLedger();
    const { DatabaseSync } = await loadSqlite();
    const raw = new DatabaseSync(path);
    const [{ rootpage } = { rootpage: 0 }] = raw
      .prepare(`select rootpage from sqlite_schema where name = 'run_by_start'`)
      .all() as { rootpage: number }[];
    raw.close();
    await overwrite(path, (rootpage - 1) * 4096);
    const { ok, problems } = await verifyLedger(path);
    expect(ok).toBe(false);
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'integrity', where: 'file' }));
  });
});

describe('verification refuses', () => {
  it('what is not a ledger', async () => {
    const path = join(tempDir(), 'keybench.db');
    writeFileSync(path, 'this is not a database, however long it is. '.repeat(200));
    await expect(verifyLedger(path)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', evidence: { path } });
  });

  it('a file that is not there, and makes none', async () => {
    const path = join(tempDir(), 'keybench.db');
    await expect(verifyLedger(path)).rejects.toMatchObject({ code: 'LEDGER_FAILED', evidence: { path } });
    await expect(verifyLedger(path)).rejects.toMatchObject({ code: 'LEDGER_FAILED' });
  });
});

/** Takes the first event of a type out, and numbers and hashes all that follow as if it had never been. */
async function withoutEvent(path: string, type: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path);
  const rows = raw.prepare('select * from run_event order by seq').all() as RunEventRow[];
  const at = rows.findIndex((row) => row.type === type);
  raw.exec('delete from run_event');
  let previous = { seq: 0, hash: NO_HASH };
  for (const row of rows.toSpliced(at, 1)) {
    const moved = { ...row, seq: previous.seq + 1, previous_hash: previous.hash };
    const next = { ...moved, hash: eventHash(moved) };
    raw.exec(insertOf({ ...next }));
    previous = next;
  }
  raw.close();
}

async function stationOf(path: string): Promise<string> {
  const ledger = await openLedger({ path, mode: 'read' });
  await ledger.close();
  return ledger.stationId;
}

function insertOf(row: Record<string, string | number>): string {
  const values = Object.values(row).map((value) => (typeof value === 'number' ? value : `'${value}'`));
  return `insert into run_event (${Object.keys(row).join(', ')}) values (${values.join(', ')})`;
}

async function overwrite(path: string, offset: number): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, offset);
  await file.close();
}
