/** One writer, readers beside it, and a process that is killed at any moment. Real processes, real files. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { passUnit } from './events.ts';
import { buildChild, removeChild, startChild, tempDir, tempLedger } from './fixtures.ts';

let script = '';
beforeAll(async () => {
  script = await buildChild();
});
afterAll(() => removeChild(script));

const KILLS = 15;

describe('a ledger that a station holds', () => {
  it('is refused to a second station, whatever name it calls it by', async () => {
    const dir = tempDir();
    const path = join(dir, 'keybench.db');
    const holder = startChild(script, 'hold', path);
    expect(await holder.firstLine).toEqual({ open: true });
    const refusal = { code: 'LEDGER_IN_USE', evidence: { path, lock: `${path}.lock` } };
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject(refusal);
    symlinkSync(path, join(dir, 'alias.db'));
    await expect(openLedger({ path: join(dir, 'alias.db'), mode: 'write' })).rejects.toMatchObject(refusal);
  });

  it('is refused to a second opening by the same station', async () => {
    const path = join(tempDir(), 'keybench.db');
    await tempLedger({ path });
    await expect(openLedger({ path, mode: 'write' })).rejects.toMatchObject({ code: 'LEDGER_IN_USE' });
  });

  it('is free as soon as the station was killed', async () => {
    const path = join(tempDir(), 'keybench.db');
    const holder = startChild(script, 'hold', path);
    await holder.firstLine;
    holder.process.kill('SIGKILL');
    await holder.ended;
    const ledger = await openLedger({ path, mode: 'write' });
    await ledger.close();
    const again = await openLedger({ path, mode: 'write' });
    await again.close();
  });

  it('can be read by others, who see what was appended and may not write', async () => {
    const path = join(tempDir(), 'keybench.db');
    const writer = await tempLedger({ path });
    await passUnit(writer, { runId: 'r1', hardwareId: 'A1' });
    const child = startChild(script, 'read', path);
    expect(await child.firstLine).toEqual({ records: 1, head: await writer.head() });
    const reader = await openLedger({ path, mode: 'read' });
    await passUnit(writer, { runId: 'r2', hardwareId: 'A2' });
    expect((await reader.records()).items).toHaveLength(2);
    expect(reader.stationId).toBe(writer.stationId);
    await expect(reader.append([])).rejects.toMatchObject({ code: 'LEDGER_READ_ONLY' });
    await reader.close();
    expect(await verifyLedger(path)).toMatchObject({ ok: true });
  });
});

describe('a station that is killed while it appends', () => {
  it('has lost nothing that was acknowledged, and the chain goes on', { timeout: 180_000 }, async () => {
    const path = join(tempDir(), 'keybench.db');
    const acknowledged: { runId: string; type: string }[] = [];
    let interrupted = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = startChild(script, 'append', path, `k${kill}`);
      expect(await child.firstLine).toEqual({ open: true });
      // By what it has done, not by the time: a busy disk takes its own.
      const acknowledgedMin = 2 + Math.floor(Math.random() * 8);
      await expect
        .poll(() => child.lines.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThan(acknowledgedMin);
      await delay(Math.random() * 30);
      child.process.kill('SIGKILL');
      await child.ended;
      const said = child.lines.slice(1) as { runId: string; type: string }[];
      acknowledged.push(...said);
      const ledger = await openLedger({ path, mode: 'write' });
      interrupted += ledger.interrupted;
      await expectAll(ledger, said);
      await ledger.close();
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    expect(interrupted).toBeGreaterThan(0);
    const report = await verifyLedger(path);
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.events).toBeGreaterThanOrEqual(acknowledged.length);
    const ledger = await openLedger({ path, mode: 'write' });
    expect(ledger.interrupted).toBe(0);
    await expectAll(ledger, acknowledged);
    await ledger.close();
  });
});

async function expectAll(
  ledger: Awaited<ReturnType<typeof openLedger>>,
  said: readonly { runId: string; type: string }[],
): Promise<void> {
  for (const runId of new Set(said.map((line) => line.runId))) {
    const events = await ledger.eventsOf(runId);
    const types = events.map(({ event }) => event.type);
    const expected = said.filter((line) => line.runId === runId).map(({ type }) => type);
    expect(types.slice(1, expected.length + 1)).toEqual(expected);
    const isPassed = expected.includes('run.passed');
    expect(types.at(-1)).toBe(isPassed || types.includes('run.passed') ? 'run.passed' : 'run.finished');
  }
}
