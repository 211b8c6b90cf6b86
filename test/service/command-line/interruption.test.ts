/** A signal that comes before `keybench run` has begun: it too ends in order, with the line `finished` and status 1. */
import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';
import { orderText } from '../../support/order.ts';

const NOTHING = { pass: 0, fail: 0, error: 0, timeout: 0, aborted: 0, already: 0, inDoubt: 0 };

/** A station that is reading its order from a pipe, and so has opened neither ledger nor port. */
async function readingItsOrder() {
  const floor = await createFloor();
  const only = await floor.unit();
  const orderPath = join(floor.dir, 'order-pipe');
  expect(spawnSync('mkfifo', [orderPath]).status).toBe(0);
  const running = start(floor.run([only], orderPath));
  // Opens when the station reads.
  const pipe = await open(orderPath, 'w');
  return { floor, only, running, pipe };
}

describe.skipIf(process.platform === 'win32')('a signal before the ledger is open', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: nothing is started, and the ledger says so',
    async (signal) => {
      const { floor, only, running, pipe } = await readingItsOrder();
      running.child.kill(signal);
      await pipe.writeFile(orderText({ endpoint: floor.cloud.url }));
      await pipe.close();
      const ended = await running.ended;
      expect(ended.status, ended.stderr).toBe(1);
      const verified = JSON.parse((await keybench(['verify-ledger', '--ledger', floor.ledgerPath])).stdout);
      expect(ended.lines).toEqual([
        { event: 'finished', at: expect.any(String), ...NOTHING, chainHead: verified.head },
      ]);
      expect(only.unit.received).toEqual([]);
      expect((await keybench(floor.run([only], floor.order()))).status).toBe(0);
    },
  );
});
