/** How often and how long a call that only reads is tried, on a clock of the test's own. */
import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBreaker } from '../../../electron/cloud/breaker.ts';
import { type CallsOptions, createCalls } from '../../../electron/cloud/calls.ts';
import { createLimiter } from '../../../electron/cloud/limiter.ts';
import type { CallAnswer, OpenApiCall } from '../../../electron/cloud/openapi-call.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const create = (call: OpenApiCall, changes: Partial<CallsOptions> = {}) =>
  createCalls({
    call,
    limiter: createLimiter(),
    breaker: createBreaker({ strainedToOpen: Number.POSITIVE_INFINITY }),
    holdMs: 20_000,
    tries: 4,
    budgetMs: 40_000,
    backoff: { firstMs: 400, longestMs: 5000 },
    random: () => 1,
    ...changes,
  });
const fault = (cloudCode: string, status: number): CallAnswer => ({
  kind: 'fault',
  fault: { kind: 'error-answer', cloudCode, status },
  tookMs: 1,
  skewMs: undefined,
});

/** Runs it to its end and says how long it took. */
async function timed<T>(run: () => Promise<T>): Promise<{ value: T; tookMs: number }> {
  const startedAt = Date.now();
  let endedAt = startedAt;
  const value = run().finally(() => {
    endedAt = Date.now();
  });
  await vi.advanceTimersByTimeAsync(600_000);
  return { value: await value, tookMs: endedAt - startedAt };
}

describe('a call that only reads', () => {
  it('is tried four times, each pause longer than the one before', async () => {
    const at: number[] = [];
    const calls = create(async () => {
      at.push(Date.now());
      return fault('Throttling.User', 400);
    });
    const { value } = await timed(() => calls.repeated('GetDeviceCredential', {}, never));
    expect(value).toMatchObject({ kind: 'failure', failure: { error: { code: 'CLOUD_THROTTLED' } } });
    expect(at.map((time, index) => time - (at[index - 1] ?? time))).toEqual([0, 400, 800, 1600]);
  });

  it('ends within its 40 seconds, however long each try takes', async () => {
    let asked = 0;
    const calls = create(
      (_, __, signal) =>
        new Promise((resolve) => {
          asked += 1;
          const end = () =>
            resolve({ kind: 'fault', fault: { kind: 'timeout' }, tookMs: 1, skewMs: undefined });
          setTimeout(end, 20_000);
          signal.addEventListener('abort', end);
        }),
    );
    const { value, tookMs } = await timed(() => calls.repeated('GetDeviceCredential', {}, never));
    expect(value).toMatchObject({ kind: 'failure', failure: { error: { code: 'CLOUD_TIMEOUT' } } });
    expect([asked, tookMs]).toEqual([2, 40_000]);
  });

  it('is answered by an answer that comes with the end of its time', async () => {
    let asked = 0;
    const calls = create((_, __, signal) => {
      asked += 1;
      if (asked === 1) return Promise.resolve(fault('Throttling.User', 400));
      return new Promise((resolve) => {
        signal.addEventListener('abort', () =>
          resolve({ kind: 'answer', body: { RequestId: 'X' }, tookMs: 1, skewMs: undefined }),
        );
      });
    });
    const { value } = await timed(() => calls.repeated('GetDeviceCredential', {}, never));
    expect(value).toEqual({ kind: 'answer', body: { RequestId: 'X' } });
  });

  it('waits for its turn no longer than it may be held, and says that it was not sent', async () => {
    const limiter = createLimiter({ concurrency: 1 });
    await limiter.acquire(never);
    const calls = create(() => Promise.reject(new Error('sent')), { limiter, tries: 1 });
    const { value, tookMs } = await timed(() => calls.once('RegisterDeviceCredential', {}, never));
    expect(value).toMatchObject({
      kind: 'failure',
      failure: { error: { code: 'CLOUD_PAUSED' }, disposition: 'not-done' },
    });
    expect(tookMs).toBe(20_000);
  });

  it('gives its place back, whatever became of it', async () => {
    const limiter = createLimiter({ concurrency: 1, callsPerSecond: 1000 });
    const broken = create(() => Promise.reject(new Error('a fault of ours')), { limiter });
    await expect(broken.once('GetDeviceCredential', {}, never)).rejects.toThrow('a fault of ours');
    const refused = create(() => Promise.resolve(fault('NoPermission', 403)), { limiter });
    for (let asked = 0; asked < 3; asked += 1) {
      const answer = await refused.once('GetDeviceCredential', {}, never);
      expect(answer).toMatchObject({ failure: { disposition: 'refused' } });
    }
  });
});
