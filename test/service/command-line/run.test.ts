/** `keybench run` from outside: exit status, JSON lines, the unit's flash, the cloud's log, the ledger. */
import { describe, expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';

describe('keybench run', () => {
  it('brings a unit to PASS and says each step', async () => {
    const floor = await createFloor();
    const only = await floor.unit({ bootLog: true });
    const ended = await keybench(floor.run([only], floor.order(), '--operator', 'op-7'));
    expect(ended.status, ended.stderr).toBe(0);
    const port = only.line.path;
    const clientId = 'GID_sensor@@@UNIT0001';
    const names = ended.lines.map(({ event, phase }) => (phase === undefined ? event : `${event} ${phase}`));
    expect(names).toEqual([
      'slot-waiting',
      'unit-identified',
      ...['identify', 'register', 'write', 'verify', 'record'].flatMap((phase) =>
        phase === 'identify'
          ? [`phase-started ${phase}`, 'client-id-claimed', `phase-finished ${phase}`]
          : [`phase-started ${phase}`, `phase-finished ${phase}`],
      ),
      'unit-finished',
      'finished',
    ]);
    for (const line of ended.lines.slice(0, -1))
      expect(line).toMatchObject({ port, at: expect.stringMatching(/^\d{4}-.*Z$/) });
    const finished = ended.lines.at(-2);
    expect(finished).toMatchObject({ event: 'unit-finished', unit: 'UNIT0001', outcome: 'PASS', clientId });
    expect(ended.lines.at(-1)).toMatchObject({
      pass: 1,
      fail: 0,
      error: 0,
      timeout: 0,
      aborted: 0,
      already: 0,
      inDoubt: 0,
    });
    const { un, pw } = only.unit.record ?? {};
    expect(floor.cloud.verifyLogin({ clientId, username: String(un), password: String(pw) })).toBe(true);
    expect(only.unit.boots).toBe(2);
    const verified = await keybench(['verify-ledger', '--ledger', floor.ledgerPath]);
    expect(verified.status, verified.stdout).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, head: ended.lines.at(-1)?.chainHead });
    const records = await keybench(['records', '--ledger', floor.ledgerPath, '--client-id', clientId]);
    expect(JSON.parse(records.stdout)).toMatchObject([
      {
        recordId: finished?.recordId,
        hardwareId: 'UNIT0001',
        clientId,
        operator: 'op-7',
        workOrder: 'WO-1',
        outcome: 'PASS',
      },
    ]);
  });

  it('brings eight units on eight ports to PASS at once, one Register each', async () => {
    const floor = await createFloor();
    const units = await Promise.all(Array.from({ length: 8 }, () => floor.unit()));
    const ended = await keybench(floor.run(units, floor.order()));
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ pass: 8 });
    expect(floor.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(8);
  });

  it('reports a unit that passed before as already done, without a cloud call', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    const args = floor.run([only], floor.order());
    await keybench(args);
    const calls = floor.cloud.calls.length;
    const again = await keybench(args);
    expect(again.status).toBe(0);
    expect(again.lines.at(-2)).toMatchObject({ event: 'already-done', unit: 'UNIT0001' });
    expect(again.lines.at(-1)).toMatchObject({ pass: 0, already: 1 });
    expect(floor.cloud.calls).toHaveLength(calls);
  });

  it('takes the next unit at the same path after the port had vanished, and another one without', async () => {
    const floor = await createFloor();
    const [first, second] = [await floor.unit(), await floor.unit({ powered: false })];
    second.line.unplug();
    const running = start(floor.run([first], floor.order(), '--count', '2'));
    await running.line(({ event, outcome }) => event === 'unit-finished' && outcome === 'PASS');
    first.unit.unplug();
    const { symlinkSync, realpathSync, rmSync } = await import('node:fs');
    await second.unit.plug();
    rmSync(first.line.path, { force: true });
    symlinkSync(realpathSync(second.line.path), first.line.path);
    const ended = await running.ended;
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.filter(({ outcome }) => outcome === 'PASS').map(({ unit }) => unit)).toEqual([
      'UNIT0001',
      'UNIT0002',
    ]);
  });

  it('does not take the same unit twice while it sits there: the next one did not come', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    const ended = await keybench(floor.run([only], floor.order(), '--count', '2', '--wait', '1'));
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ outcome: 'TIMEOUT', code: 'NO_NEXT_UNIT' });
    expect(ended.lines.at(-1)).toMatchObject({ pass: 1, timeout: 1 });
  });

  it('makes no more attempts than were asked for', async () => {
    const floor = await createFloor();
    const units = await Promise.all(Array.from({ length: 4 }, () => floor.unit()));
    const ended = await keybench(floor.run(units, floor.order(), '--count', '2'));
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ pass: 2 });
    expect(floor.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(2);
  });

  it('ends a port where nothing answers as TIMEOUT, and goes on with the others', async () => {
    const floor = await createFloor();
    const [silent, good] = [await floor.unit({ powered: false }), await floor.unit()];
    const ended = await keybench(floor.run([silent, good], floor.order(), '--wait', '1'));
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-1)).toMatchObject({ pass: 1, timeout: 1, inDoubt: 0 });
    expect(ended.lines).toContainEqual(
      expect.objectContaining({ port: silent.line.path, outcome: 'TIMEOUT', code: 'UNIT_SILENT' }),
    );
  });

  it('stops on SIGINT within five seconds, journaled, with 1; the next start carries on', async () => {
    const floor = await createFloor();
    const slow = await floor.unit({ flashMs: 800 });
    const args = floor.run([slow], floor.order());
    const running = start(args);
    await running.line(({ event, phase }) => event === 'phase-started' && phase === 'write');
    const stoppedAt = performance.now();
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.status).toBe(1);
    expect(performance.now() - stoppedAt).toBeLessThan(5_000);
    expect(ended.lines.at(-2)).toMatchObject({
      event: 'unit-finished',
      outcome: 'ABORTED',
      code: 'RUN_ABORTED',
      inDoubt: true,
    });
    expect(ended.lines.at(-1)).toMatchObject({ event: 'finished', aborted: 1, inDoubt: 1 });
    const again = await keybench(args);
    expect(again.status, again.stderr).toBe(0);
    expect(floor.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(1);
  });
});
