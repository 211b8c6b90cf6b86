/**
 * The reference device end in C, which shares no line with the station, as a process on a pseudo-terminal: the built command
 * line brings it to PASS whatever happens to it. In the test project `firmware`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFloor, type Floor } from '../../support/floor.ts';
import { keybench } from '../../support/keybench.ts';
import { INSTANCE, type OrderOverrides } from '../../support/order.ts';

const FIRMWARE = resolve(import.meta.dirname, '../../firmware');
const UNIT = join(FIRMWARE, 'build/keybench-unit');

/** One life of the unit; its flash file outlives it. */
async function power(floor: Floor, ...options: string[]): Promise<ChildProcess> {
  const link = join(floor.dir, 'c-unit');
  const child = spawn(UNIT, [
    '--hw',
    'CUNIT1',
    '--model',
    'sensor-a',
    '--link',
    link,
    '--flash',
    join(floor.dir, 'flash'),
    ...options,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => existsSync(link), { timeout: 5_000 }).toBe(true);
  return child;
}

function run(floor: Floor, changes: OrderOverrides = {}) {
  const args = ['--ports', join(floor.dir, 'c-unit'), '--ledger', floor.ledgerPath, '--json'];
  return keybench(['run', '--work-order', floor.order({ bootTimeout: 3, ...changes }), ...args]);
}

function registered(floor: Floor): number {
  return floor.cloud.calls.filter(
    ({ action, committed }) => action === 'RegisterDeviceCredential' && committed,
  ).length;
}

describe('the device end in C', () => {
  it.each<[string, string[], OrderOverrides]>([
    ['plainly', [], {}],
    ['with the secret, and locked', [], { payload: 'secret', lock: true }],
    ['one byte at a time', ['--chunk', '1'], {}],
    ['with the largest pieces', ['--chunk', '1984'], {}],
    ['with log noise between and inside frames', ['--noise', '0.2', '--seed', '7'], {}],
    ['with slow flash and a late restart', ['--flash-delay', '600', '--reset-delay', '1000'], {}],
    ['over a port that vanishes in the restart', ['--vanish', '--reset-delay', '300'], {}],
  ])('comes to PASS %s', async (_, options, changes) => {
    const floor = await createFloor();
    await power(floor, ...options);
    const ended = await run(floor, changes);
    expect(ended.status, ended.stderr).toBe(0);
    expect(registered(floor)).toBe(1);
    expect(floor.cloud.credentialOf(INSTANCE, 'GID_sensor@@@CUNIT1')).toBeDefined();
  });

  it('comes to PASS in a second run after power was cut in its flash', async () => {
    for (const operation of [1, 20]) {
      const floor = await createFloor();
      const first = await power(floor, '--power-cut', String(operation));
      await run(floor);
      first.kill('SIGKILL');
      await power(floor);
      const again = await run(floor);
      expect(again.status, `operation ${operation}: ${again.stderr}`).toBe(0);
      expect(registered(floor), `operation ${operation}`).toBe(1);
    }
  });

  it('refuses a unit without a capability that the order needs, before any cloud call', async () => {
    const floor = await createFloor();
    await power(floor, '--caps', 'prove,erase');
    const ended = await run(floor, { lock: true });
    expect(ended.lines.at(-2)).toMatchObject({ outcome: 'FAIL', code: 'UNIT_LACKS_CAPABILITY' });
    expect(floor.cloud.calls).toEqual([]);
  });
});
