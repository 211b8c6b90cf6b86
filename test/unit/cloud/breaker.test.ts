/** The breaker's states, on a clock of the test's own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Breaker, createBreaker, type Strain } from '../../../electron/cloud/breaker.ts';

const never = new AbortController().signal;
const pause = { firstMs: 1000, longestMs: 4000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const create = () => createBreaker({ strainedToOpen: 3, pause, random: () => 1 });

async function answer(breaker: Breaker, ...strains: Strain[]): Promise<void> {
  for (const strain of strains) (await breaker.pass(never))(strain);
}

/** Lets calls wait, and notes who went out. */
function wait(breaker: Breaker, count: number) {
  const reports: ((strain: Strain) => void)[] = [];
  for (let number = 0; number < count; number += 1) {
    breaker.pass(never).then(
      (report) => reports.push(report),
      () => undefined,
    );
  }
  return reports;
}

describe('the breaker', () => {
  it('opens after a run of strained answers, and not where a healthy one breaks the run', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'healthy', 'strained', 'strained');
    expect(breaker.isPaused()).toBe(false);
    await answer(breaker, 'strained');
    expect(breaker.isPaused()).toBe(true);
  });

  it('takes no view from calls that say nothing of the cloud', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', ...Array<Strain>(20).fill('silent'));
    expect(breaker.isPaused()).toBe(false);
    await answer(breaker, 'strained');
    expect(breaker.isPaused()).toBe(true);
  });

  it('holds calls until its pause is over, lets one probe, and then all', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'strained');
    const reports = wait(breaker, 4);
    await vi.advanceTimersByTimeAsync(999);
    expect(reports).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(reports).toHaveLength(1);
    reports[0]?.('healthy');
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(4);
    expect(breaker.isPaused()).toBe(false);
  });

  it('pauses longer each time its probe is strained, up to the longest pause', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'strained');
    for (const expected of [1000, 2000, 4000, 4000]) {
      const reports = wait(breaker, 1);
      await vi.advanceTimersByTimeAsync(expected - 1);
      expect(reports).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(reports).toHaveLength(1);
      reports[0]?.('strained');
    }
  });

  it('lets the next one probe where a probe was given up', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'strained');
    const reports = wait(breaker, 3);
    await vi.advanceTimersByTimeAsync(1000);
    reports[0]?.('silent');
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(2);
    reports[1]?.('healthy');
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(3);
  });

  it('is not closed by the late answer to a call from before it opened', async () => {
    const breaker = create();
    const late = await breaker.pass(never);
    await answer(breaker, 'strained', 'strained', 'strained');
    const reports = wait(breaker, 2);
    await vi.advanceTimersByTimeAsync(1000);
    late('healthy');
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(1);
    expect(breaker.isPaused()).toBe(true);
  });

  it('counts a probe that arrives after the pause as the probe', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'strained');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(breaker.isPaused()).toBe(true);
    const reports = wait(breaker, 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(1);
    reports[0]?.('healthy');
    expect(breaker.isPaused()).toBe(false);
  });

  it('lets a caller go that gives up, and forgets it', async () => {
    const breaker = create();
    await answer(breaker, 'strained', 'strained', 'strained');
    const controller = new AbortController();
    const waiting = breaker.pass(controller.signal);
    const reports = wait(breaker, 1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(reports).toHaveLength(1);
  });
});
