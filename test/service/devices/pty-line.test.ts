/** A pseudo-terminal that was given back leaves nothing open: the training bench makes one at each plugging, for days. */
import { readdirSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';

function terminals(): number {
  return readdirSync('/proc/self/fd').filter((fd) => /\/(pts\/|ptmx)/.test(targetOf(fd))).length;
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

it.runIf(process.platform === 'linux')('is open only while a unit is plugged in', async () => {
  const before = terminals();
  const line = await createPtyLine();
  const one = terminals() - before;
  for (let time = 0; time < 5; time += 1) await line.plug({ renamed: time % 2 === 1 });
  await expect.poll(() => terminals() - before, { timeout: 10_000 }).toBeLessThanOrEqual(one);
  line.close();
  await expect.poll(() => terminals() - before, { timeout: 10_000 }).toBe(0);
});
