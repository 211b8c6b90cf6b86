/** Waits that do not count the time in which the process was held up. */
import { describe, expect, it } from 'vitest';
import { afterAwake, pause } from '../../../electron/devices/smp/patience.ts';

/** Holds the process up, as a sync to a slow disk does. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('a wait for a unit', () => {
  it('does not end with a stall, before what arrived meanwhile is read', async () => {
    const order: string[] = [];
    const over = new Promise<void>((resolve) => {
      afterAwake(100, () => {
        order.push('over');
        resolve();
      });
    });
    setTimeout(() => {
      stall(500);
      // What was waiting to be read is read after the timers that became due.
      setTimeout(() => order.push('read'), 1);
    }, 20);
    await over;
    expect(order).toEqual(['read', 'over']);
  });

  it('is not over when it was cancelled', async () => {
    let isOver = false;
    const cancel = afterAwake(20, () => {
      isOver = true;
    });
    cancel();
    await new Promise<void>((resolve) => void afterAwake(60, resolve));
    expect(isOver).toBe(false);
  });
});

describe('a pause', () => {
  it('ends at once when it is cancelled, or when the run ends', async () => {
    const stop = new AbortController();
    const pauses = [pause(60_000, stop.signal), pause(60_000, stop.signal)];
    pauses[0]!.cancel();
    stop.abort();
    await Promise.all(pauses.map(({ over }) => over));
    await pause(60_000, stop.signal).over;
  });
});
