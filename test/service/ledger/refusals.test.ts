/** What makes a ledger unusable is said by name, before a unit is started; and a full disk is survived. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StationError } from '../../../electron/domain/errors.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { passUnit } from './events.ts';
import { buildChild, removeChild, startChild, tempDir, tempLedger } from './fixtures.ts';

/** A closed ledger with some units in it. */
async function aLedger(dir = tempDir(), units = 3): Promise<string> {
  const path = join(dir, 'keybench.db');
  const ledger = await openLedger({ path, mode: 'write' });
  for (let n = 0; n < units; n += 1) await passUnit(ledger, { runId: `r${n}`, hardwareId: `A${n}` });
  await ledger.close();
  return path;
}

async function withSqlite(path: string, ...statements: string[]): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const raw = new DatabaseSync(path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

function overwrite(path: string, offset: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, offset);
  closeSync(file);
}

describe('a ledger', () => {
  it('is made with its folder where there is none, and stays the same station', async () => {
    const path = join(tempDir(), 'new', 'folder', 'keybench.db');
    const first = await openLedger({ path, mode: 'write' });
    await first.close();
    const second = await openLedger({ path, mode: 'write' });
    await second.close();
    expect(second.stationId).toBe(first.stationId);
    expect(first.stationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await verifyLedger(path)).toMatchObject({ ok: true, events: 1 });
  });

  it('is not made by a reader', async () => {
    const path = join(tempDir(), 'keybench.db');
    await expect(openLedger({ path, mode: 'read' })).rejects.toMatchObject({
      code: 'LEDGER_FAILED',
      evidence: { path, what: expect.stringContaining('no such file') },
    });
    expect(existsSync(path)).toBe(false);
  });

  it('whose folder is a file is refused', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    const path = join(dir, 'file', 'keybench.db');
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({
      code: 'LEDGER_FAILED',
      evidence: { path },
    });
  });
});

describe('LEDGER_CORRUPT is said of', () => {
  const refused = async (path: string) => {
    for (const mode of ['write', 'read'] as const) {
      await expect(openLedger({ path, mode })).rejects.toMatchObject({
        code: 'LEDGER_CORRUPT',
        evidence: { path },
      });
    }
  };

  it('a file that is not a database, which is left as it was', async () => {
    const path = join(tempDir(), 'keybench.db');
    const text = 'unit;result\nA1;PASS\n'.repeat(300);
    writeFileSync(path, text);
    await refused(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('another program’s database, which is left as it was', async () => {
    const path = join(tempDir(), 'keybench.db');
    await withSqlite(path, 'create table invoice (id integer primary key)');
    const before = readFileSync(path);
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      evidence: { path, what: 'not a ledger' },
    });
    expect(readFileSync(path)).toEqual(before);
  });

  it('a ledger that was cut off', async () => {
    const path = await aLedger();
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  it.each([1, 2, 5, 9, 14])('a ledger whose page %i was overwritten', async (page) => {
    const path = await aLedger();
    overwrite(path, page * 4096, 4096);
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      evidence: { path },
    });
  });

  it('a ledger whose header was overwritten', async () => {
    const path = await aLedger();
    overwrite(path, 0, 100);
    await refused(path);
  });

  it('a ledger whose last events do not hold together', async () => {
    const path = await aLedger();
    await withSqlite(path, `update run_event set data = replace(data, 'A2', 'A3') where seq = 16`);
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      evidence: { path, what: 'event 16' },
    });
  });
});

describe('LEDGER_NEWER is said of', () => {
  it('a ledger that a newer station has written, by everybody who opens it', async () => {
    const path = await aLedger();
    await withSqlite(path, `insert into schema_version values (99, '2030-01-01T00:00:00.000Z')`);
    const newer = { code: 'LEDGER_NEWER', evidence: { path, schema: 99 } };
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject(newer);
    await expect(openLedger({ path, mode: 'read' })).rejects.toMatchObject(newer);
    await expect(verifyLedger(path)).rejects.toMatchObject(newer);
  });
});

describe('LEDGER_READ_ONLY is said of', () => {
  let script = '';
  beforeAll(async () => {
    script = await buildChild();
  });
  afterAll(() => removeChild(script));

  /** What a user who may not write gets. */
  async function asNobody(command: string, path: string) {
    return startChild(script, command, path, 'as-nobody').firstLine;
  }

  it('a folder that may not be written to, with and without a ledger in it', async () => {
    const dir = tempDir();
    const path = await aLedger(dir);
    chmodSync(dir, 0o555);
    onTestFinished(() => chmodSync(dir, 0o755));
    expect(await asNobody('open', path)).toMatchObject({ code: 'LEDGER_READ_ONLY', evidence: { path } });
    const other = join(dir, 'other.db');
    expect(await asNobody('open', other)).toMatchObject({
      code: 'LEDGER_READ_ONLY',
      evidence: { path: other },
    });
    const deeper = join(dir, 'deeper', 'keybench.db');
    expect(await asNobody('open', deeper)).toMatchObject({ code: 'LEDGER_READ_ONLY' });
    expect(await asNobody('read', path)).toMatchObject({ records: 3 });
  });

  it('a file that may not be written to', async () => {
    const dir = tempDir();
    const path = await aLedger(dir);
    chmodSync(dir, 0o777);
    rmSync(`${path}.lock`);
    chmodSync(path, 0o444);
    expect(await asNobody('open', path)).toMatchObject({ code: 'LEDGER_READ_ONLY', evidence: { path } });
    expect(await asNobody('read', path)).toMatchObject({ records: 3 });
  });

  it('a place where nobody can write', async () => {
    const path = '/sys/keybench/keybench.db';
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({
      code: 'LEDGER_READ_ONLY',
      evidence: { path },
    });
  });
});

describe('DISK_FULL', () => {
  it('leaves nothing of the append, and the ledger goes on when there is room', async () => {
    const path = join(tempDir(), 'keybench.db');
    const small = await openLedger({ path, mode: 'write', maxPages: 60 });
    let passed = 0;
    const error = await fillUp(async () => {
      await passUnit(small, { runId: `r${passed}`, hardwareId: `A${passed}` });
      passed += 1;
    });
    expect(error).toMatchObject({ code: 'DISK_FULL', evidence: { path } });
    expect(passed).toBeGreaterThan(0);
    const head = await small.head();
    await expect(passUnit(small, { runId: 'other', hardwareId: 'B1' })).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(await small.head()).toBe(head);
    expect(await small.orderCounts('WO-1')).toMatchObject({ passed });
    await small.close();
    expect(await verifyLedger(path)).toMatchObject({ ok: true, head });
    const roomy = await tempLedger({ path });
    await passUnit(roomy, { runId: 'after', hardwareId: 'B1' });
    expect((await verifyLedger(path)).ok).toBe(true);
  });

  it.skipIf(!canMount())(
    'of a real disk is survived by an open ledger, and refused at the start',
    async () => {
      const dir = tempDir();
      const disk = join(dir, 'disk');
      mkdirSync(disk);
      expect(mountSmall(disk)).toBe(true);
      onTestFinished(() => void ran('umount', '-l', disk));
      const path = join(disk, 'keybench.db');
      const ledger = await openLedger({ path, mode: 'write' });
      await passUnit(ledger, { runId: 'r0', hardwareId: 'A0' });
      const ballast = join(disk, 'ballast');
      const fill = () => ran('dd', 'if=/dev/zero', `of=${ballast}`, 'bs=4096', 'status=none');
      fill();
      let passed = 1;
      const error = await fillUp(async () => {
        await passUnit(ledger, { runId: `r${passed}`, hardwareId: `A${passed}` });
        passed += 1;
      });
      expect(error).toMatchObject({ code: 'DISK_FULL', evidence: { path } });
      const head = await ledger.head();
      rmSync(ballast);
      expect(await verifyLedger(path)).toMatchObject({ ok: true, head });
      await passUnit(ledger, { runId: 'after', hardwareId: 'B1' });
      expect(await ledger.orderCounts('WO-1')).toMatchObject({ passed: passed + 1 });
      await ledger.close();
      fill();
      await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({ code: 'DISK_FULL' });
      const other = join(disk, 'other.db');
      await expect(openLedger({ path: other, mode: 'write' })).rejects.toMatchObject({ code: 'DISK_FULL' });
      rmSync(ballast);
      expect(await verifyLedger(path)).toMatchObject({ ok: true });
    },
  );
});

function ran(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** A disk of two megabytes; needs a system that lets us mount one. */
function mountSmall(dir: string): boolean {
  return ran('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir);
}

function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-mount-'));
  const mounted = mountSmall(dir);
  if (mounted) ran('umount', dir);
  rmSync(dir, { recursive: true, force: true });
  return mounted;
}

/** Does it again and again until it fails, and gives the error. */
async function fillUp(work: () => Promise<void>): Promise<StationError> {
  for (let n = 0; n < 10_000; n += 1) {
    try {
      await work();
    } catch (error) {
      return error as StationError;
    }
  }
  throw new Error('never full');
}
