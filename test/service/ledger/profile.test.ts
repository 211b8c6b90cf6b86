/** Which profile a unit was talked to by is part of its record, also in a ledger that is older than profiles. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvHeader, csvRow, recordFields } from '../../../electron/hosts/record-format.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { anOrder, claimUnit, digest, hw, passUnit, run, started, wayToPass } from './events.ts';
import { tempDir } from './fixtures.ts';

const PROFILE = { name: 'linux-console', version: 3, digest: 'ab'.repeat(32) };

describe('a record', () => {
  it('names the profile with its version and digest, in JSON, CSV and the window’s list', async () => {
    const path = join(tempDir(), 'keybench.db');
    const ledger = await openLedger({ path, mode: 'write' });
    const order = anOrder();
    await ledger.claim({
      runId: run('r1'),
      hardwareId: hw('A1'),
      model: 'sensor-a',
      order,
      started: { ...started('A1'), profile: PROFILE },
    });
    const way = wayToPass({ hardwareId: 'A1', clientId: 'GID_sensor@@@A1' });
    await ledger.append([way.requested, way.known, way.written, way.proved, way.passed], run('r1'));
    const [record] = (await ledger.records()).items;
    expect(record).toMatchObject({ profile: 'linux-console/3', profileDigest: PROFILE.digest });
    expect(recordFields(record!)).toMatchObject({
      profile: 'linux-console/3',
      profileDigest: PROFILE.digest,
    });
    expect(csvHeader()).toMatch(/,eventHash,profile,profileDigest$/);
    expect(csvRow(record!)).toContain(`,linux-console/3,${PROFILE.digest}`);
    await ledger.close();
    expect(await verifyLedger(path)).toMatchObject({ problems: [] });
  });

  it('whose profile was changed afterwards does not verify', async () => {
    const path = join(tempDir(), 'keybench.db');
    const ledger = await openLedger({ path, mode: 'write' });
    await ledger.claim({
      runId: run('r1'),
      hardwareId: hw('A1'),
      model: 'sensor-a',
      order: anOrder(),
      started: { ...started('A1'), profile: PROFILE },
    });
    await ledger.close();
    await inFile(path, "UPDATE run SET profile = 'other/1'");
    const { problems } = await verifyLedger(path);
    expect(problems).toEqual([
      { kind: 'table', where: 'run r1, profile', expected: 'linux-console/3', found: 'other/1' },
    ]);
  });
});

describe('a ledger from before profiles', () => {
  it('is brought up to date by the next station, with its records as they were, and verifies', async () => {
    const path = join(tempDir(), 'keybench.db');
    const older = await openLedger({ path, mode: 'write' });
    await passUnit(older, { runId: 'r1', hardwareId: 'A1', keyId: 'DAK-1', digest: digest('1') });
    const head = await older.head();
    await older.close();
    await inFile(
      path,
      'ALTER TABLE run DROP COLUMN profile',
      'ALTER TABLE run DROP COLUMN profile_digest',
      'DELETE FROM schema_version WHERE number = 2',
    );
    await expect(openLedger({ path, mode: 'read' })).rejects.toMatchObject({ code: 'LEDGER_FAILED' });
    const ledger = await openLedger({ path, mode: 'write' });
    expect(await ledger.head()).toBe(head);
    const [record] = (await ledger.records()).items;
    expect(record).toMatchObject({ runId: 'r1', hardwareId: 'A1' });
    expect(record).not.toHaveProperty('profile');
    await claimUnit(ledger, { runId: 'r2', hardwareId: 'A2' });
    await ledger.close();
    expect(await verifyLedger(path)).toMatchObject({ problems: [] });
  });
});

async function inFile(path: string, ...statements: readonly string[]): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const file = new DatabaseSync(path);
  for (const statement of statements) file.exec(statement);
  file.close();
}
