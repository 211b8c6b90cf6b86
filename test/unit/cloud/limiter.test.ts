/** The station's budget of cloud calls, on a clock of the test's own. */
import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLimiter, type Limiter } from '../../../electron/cloud/limiter.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks `count` times and notes whose turn came, in order. */
function askTimes(limiter: Limiter, count: number, signal = never) {
  const turns: number[] = [];
  const releases: (() => void)[] = [];
  for (let number = 0; number < count; number += 1) {
    limiter.acquire(signal).then(
      (release) => {
        turns.push(number);
        releases.push(release);
      },
      () => undefined,
    );
  }
  return { turns, releases };
}

describe('the limiter', () => {
  it('has no more calls under way in any second than it may, wherever that second begins', async () => {
    const limiter = createLimiter({ callsPerSecond: 10, concurrency: 4 });
    const spans: { from: number; to: number }[] = [];
    const ask = async (ms: number) => {
      const release = await limiter.acquire(never);
      const from = performance.now();
      setTimeout(() => {
        spans.push({ from, to: performance.now() });
        release();
      }, ms);
    };
    // Now and then one, then many at once: what is saved up must not be spent on top of the next second's.
    for (let early = 0; early < 5; early += 1) {
      void ask(40);
      await vi.advanceTimersByTimeAsync(130);
    }
    for (let late = 0; late < 60; late += 1) void ask(10 + ((late * 37) % 90));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(spans).toHaveLength(65);
    // A call arrives at some time between its beginning and its end.
    for (const { from } of spans) {
      const meanwhile = spans.filter((span) => span.to > from && span.from < from + 1000);
      expect(meanwhile.length).toBeLessThanOrEqual(10);
    }
  });

  it('saves nothing up, however long it rests', async () => {
    const limiter = createLimiter({ callsPerSecond: 3, concurrency: 100 });
    await vi.advanceTimersByTimeAsync(60_000);
    const { turns, releases } = askTimes(limiter, 20);
    await vi.advanceTimersByTimeAsync(0);
    for (const release of releases) release();
    await vi.advanceTimersByTimeAsync(999);
    expect(turns).toHaveLength(3);
  });

  it('uses what it has: after a second the next calls go out at once, in the order of asking', async () => {
    const limiter = createLimiter({ callsPerSecond: 10, concurrency: 100 });
    const { turns, releases } = askTimes(limiter, 20);
    await vi.advanceTimersByTimeAsync(0);
    expect(turns).toHaveLength(10);
    for (const release of releases) release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(turns).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  it('has no more calls in flight than it may, and serves in the order of asking', async () => {
    const limiter = createLimiter({ callsPerSecond: 1000, concurrency: 2 });
    const { turns, releases } = askTimes(limiter, 5);
    await vi.advanceTimersByTimeAsync(5000);
    expect(turns).toEqual([0, 1]);
    releases[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(turns).toEqual([0, 1, 2]);
  });

  it('serves calls that carry on before those that begin, each kind in the order of asking', async () => {
    const limiter = createLimiter({ callsPerSecond: 1000, concurrency: 1 });
    const release = await limiter.acquire(never);
    const turns: string[] = [];
    const ask = async (name: string, ahead: boolean) => {
      const done = await limiter.acquire(never, ahead);
      turns.push(name);
      done();
    };
    const all = [ask('get 1', false), ask('register 2', true), ask('get 3', false), ask('register 4', true)];
    release();
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(all);
    expect(turns).toEqual(['register 2', 'register 4', 'get 1', 'get 3']);
  });

  it('counts a place that is given back twice once', async () => {
    const limiter = createLimiter({ callsPerSecond: 1000, concurrency: 1 });
    const { turns, releases } = askTimes(limiter, 4);
    await vi.advanceTimersByTimeAsync(0);
    releases[0]?.();
    releases[0]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(turns).toEqual([0, 1]);
  });

  it('forgets who gave up: no token spent, no place taken', async () => {
    const limiter = createLimiter({ callsPerSecond: 1, concurrency: 8 });
    const first = askTimes(limiter, 1);
    const impatient = new AbortController();
    const gaveUp = askTimes(limiter, 3, impatient.signal);
    const last = askTimes(limiter, 1);
    await vi.advanceTimersByTimeAsync(0);
    impatient.abort();
    first.releases[0]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect([first.turns, gaveUp.turns, last.turns]).toEqual([[0], [], [0]]);
  });

  it('rejects a caller that gave up with the reason why', async () => {
    const limiter = createLimiter({ concurrency: 1 });
    await limiter.acquire(never);
    const controller = new AbortController();
    const waiting = limiter.acquire(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    await expect(limiter.acquire(controller.signal)).rejects.toMatchObject({ code: 'RUN_ABORTED' });
  });

  it('keeps to 20 calls a second and 8 in flight where nothing is said', async () => {
    const limiter = createLimiter();
    const { turns, releases } = askTimes(limiter, 100);
    await vi.advanceTimersByTimeAsync(0);
    expect(turns).toHaveLength(8);
    for (let tick = 0; tick < 299; tick += 1) {
      for (const release of releases.splice(0)) release();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(turns).toHaveLength(60);
  });
});
