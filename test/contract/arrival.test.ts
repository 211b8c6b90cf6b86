/**
 * What a slot shows of a unit that was just plugged in and is still starting: at once that it is there, and nothing that
 * it has not said.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStationClient } from '../../electron/contract/client.ts';
import type { UnitFaults } from '../../electron/simulator/units/faults.ts';
import { createFloor } from '../support/floor.ts';
import { start } from '../support/keybench.ts';
import { connectSocket } from '../support/socket-transport.ts';

it('a unit that was plugged in and does not answer yet is being identified, one that always sat there is waited for', async () => {
  const floor = await createFloor();
  let isStarting = true;
  const faults: UnitFaults = { onRequest: () => (isStarting ? 'ignored' : undefined) };
  const { line } = await floor.unit({ faults });
  const ports = [line.path, join(floor.dir, 'port-2')].join(',');
  const args = ['serve', '--no-open', '--ports', ports, '--ledger', floor.ledgerPath];
  const running = start([...args, '--work-order', floor.order()], { timeoutMs: 120_000 });
  const url = new URL(await running.url);
  const page = await connectSocket(`ws://${url.host}/socket${url.search}`, { origin: url.origin });
  const client = createStationClient(page);
  const states = async () => {
    const view = await client.call('station.snapshot', {});
    return view.ok ? view.output.slots.map(({ state }) => state) : undefined;
  };
  const port = async () => {
    const view = await client.call('station.snapshot', {});
    return view.ok ? view.output.slots[1]?.port : 'no answer';
  };
  await expect.poll(states, { timeout: 10_000 }).toEqual([{ kind: 'ready' }]);
  // Made only now: what is started inherits the terminals that are there.
  const second = { faults, link: join(floor.dir, 'port-2') };
  const first = await floor.unit(second);
  const state = async () => (await states())?.[1];
  await expect.poll(state, { timeout: 10_000 }).toEqual({ kind: 'ready' });
  first.unit.close();
  await expect.poll(port, { timeout: 10_000 }).toBeUndefined();
  const next = await floor.unit(second);
  const arrived = { kind: 'running', phase: 'identify', percent: 0, times: {} };
  await expect.poll(state, { timeout: 10_000 }).toMatchObject(arrived);
  expect(await states()).toMatchObject([{ kind: 'ready' }, arrived]);
  expect(await state()).not.toHaveProperty('unit');
  next.unit.close();
  await expect.poll(state, { timeout: 10_000 }).toEqual({ kind: 'ready' });
  await floor.unit(second);
  isStarting = false;
  await expect.poll(states, { timeout: 30_000 }).toMatchObject([{ kind: 'passed' }, { kind: 'passed' }]);
  running.child.kill('SIGTERM');
  expect((await running.ended).status).toBe(0);
});
