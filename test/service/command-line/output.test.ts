/** Output that cannot be written, or that nobody reads any more: what becomes of the units, and what the exit status says. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';

const FULL = '/dev/full';

/** Runs `keybench ARGS` with a full disk behind its standard output. */
async function intoFullDisk(args: readonly string[]) {
  const stdout = openSync(FULL, 'w');
  try {
    return await keybench(args, { stdout });
  } finally {
    closeSync(stdout);
  }
}

/** A ledger with two records. */
async function aLedger() {
  const floor = await createFloor();
  const units = [await floor.unit(), await floor.unit()];
  const ended = await keybench(floor.run(units, floor.order()));
  expect(ended.status, ended.stderr).toBe(0);
  return floor;
}

describe.skipIf(!existsSync(FULL))('a full disk behind standard output', () => {
  it('starts no unit whose outcome nobody would hear of, and ends with 3', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    const args = floor.run([only], floor.order());
    const ended = await intoFullDisk(args);
    expect(ended.stderr).toContain('standard output cannot be written: ENOSPC');
    expect(ended.status).toBe(3);
    expect(only.unit.record).toBeUndefined();
    expect((await keybench(args)).status).toBe(0);
  });

  it('does not disturb a run that prints nothing there', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    const args = floor.run([only], floor.order()).filter((arg) => arg !== '--json');
    const ended = await intoFullDisk(args);
    expect(ended.status, ended.stderr).toBe(0);
  });

  it.each([['records'], ['records', '--format', 'csv'], ['verify-ledger']])(
    'ends %s %s %s with 3, and says why',
    async (...command) => {
      const floor = await aLedger();
      const ended = await intoFullDisk([...command, '--ledger', floor.ledgerPath]);
      expect(ended.stderr).toContain('standard output cannot be written: ENOSPC');
      expect(ended.stderr).not.toContain('BUG');
      expect(ended.status).toBe(3);
    },
  );
});

describe('a reader that goes away', () => {
  it('does not cost the unit in hand anything: it passes, is recorded, and no other is begun', async () => {
    const floor = await createFloor();
    const [first, second] = [await floor.unit(), await floor.unit({ powered: false })];
    const running = start(floor.run([first, second], floor.order(), '--wait', '600'));
    await running.line(({ event }) => event === 'unit-identified');
    running.child.stdout?.destroy();
    const ended = await running.ended;
    expect(ended.status, ended.stderr).toBe(1);
    expect(ended.stderr).not.toMatch(/EPIPE|^ {4}at /m);
    const { stdout } = await keybench(['records', '--ledger', floor.ledgerPath]);
    expect(JSON.parse(stdout)).toMatchObject([{ hardwareId: first.unit.hardwareId, outcome: 'PASS' }]);
    expect(second.unit.received).toEqual([]);
  });

  it.each([['records'], ['records', '--format', 'csv'], ['verify-ledger']])(
    'has had enough of %s %s %s: quiet, and no fault',
    async (...command) => {
      const floor = await aLedger();
      const running = start([...command, '--ledger', floor.ledgerPath]);
      running.child.stdout?.destroy();
      const ended = await running.ended;
      expect(ended.status, ended.stderr).toBe(0);
      expect(ended.stderr).not.toMatch(/EPIPE|BUG|^ {4}at /m);
    },
  );
});
