/** Limiter and breaker over HTTP: what reaches the cloud, and what a caller is told meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreaker } from '../../../electron/cloud/breaker.ts';
import { createLimiter } from '../../../electron/cloud/limiter.ts';
import type { ClientId } from '../../../electron/domain/ids.ts';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import type { Fault } from '../../../electron/simulator/cloud/fault-plan.ts';
import { emulate, never, registryFor, UNIT } from './setup.ts';

let cloud: EmulatedCloud;
beforeEach(async () => {
  cloud = await emulate();
});
afterEach(() => cloud.close());

const always = (code: string) =>
  cloud.setFaults([
    { action: 'GetDeviceCredential', from: 1, to: Number.POSITIVE_INFINITY, fault: { kind: 'error', code } },
  ]);

describe('a throttled cloud', () => {
  it('is left alone: calls wait, and are told that they were not sent', async () => {
    const breaker = createBreaker({ strainedToOpen: 3, pause: { firstMs: 600_000, longestMs: 600_000 } });
    const registry = registryFor(cloud.url, { breaker, tries: 1, holdMs: 50 });
    always('Throttling.User');
    for (const expected of ['CLOUD_THROTTLED', 'CLOUD_THROTTLED', 'CLOUD_THROTTLED', 'CLOUD_PAUSED']) {
      await expect(registry.get(UNIT, never)).rejects.toMatchObject({ code: expected });
    }
    const answer = await registry.register(UNIT, never);
    expect(answer).toMatchObject({ kind: 'not-done', error: { code: 'CLOUD_PAUSED' } });
    expect(registry.health().paused).toBe(true);
    expect(cloud.calls).toHaveLength(3);
  });

  it('is asked again after the pause by one call, and by all once it answers', async () => {
    const breaker = createBreaker({ strainedToOpen: 3, pause: { firstMs: 20, longestMs: 20 } });
    const registry = registryFor(cloud.url, { breaker, tries: 1 });
    always('ServiceUnavailable');
    for (let failed = 0; failed < 3; failed += 1) await registry.get(UNIT, never).catch(() => undefined);
    cloud.setFaults([]);
    const answers = await Promise.all(Array.from({ length: 12 }, () => registry.get(UNIT, never)));
    expect(answers).toEqual(Array(12).fill({ kind: 'not-found' }));
    expect(registry.health().paused).toBe(false);
  });

  it('does not stop a Get that has tries left once the pause is over', async () => {
    const breaker = createBreaker({ strainedToOpen: 2, pause: { firstMs: 10, longestMs: 10 } });
    const registry = registryFor(cloud.url, { breaker });
    cloud.setFaults([{ action: 'GetDeviceCredential', from: 1, to: 3, fault: { kind: 'throttle' } }]);
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    expect(cloud.calls).toHaveLength(4);
  });

  it.each(['DeviceCredentialNumExceed', 'InvalidTimeStamp.Expired', 'SignatureDoesNotMatch'])(
    'is not what %s means',
    async (code) => {
      const breaker = createBreaker({ strainedToOpen: 2 });
      const registry = registryFor(cloud.url, { breaker });
      always(code);
      for (let asked = 0; asked < 4; asked += 1) await registry.get(UNIT, never).catch(() => undefined);
      expect(registry.health().paused).toBe(false);
      expect(cloud.calls).toHaveLength(4);
    },
  );
});

describe('a cloud that does not answer', () => {
  it('is left alone as well', async () => {
    const breaker = createBreaker({ strainedToOpen: 2, pause: { firstMs: 600_000, longestMs: 600_000 } });
    const registry = registryFor(cloud.url, { breaker, tries: 2, timeoutMs: 200, holdMs: 50 });
    const stalled: Fault = { kind: 'stall-before' };
    cloud.setFaults([{ action: 'GetDeviceCredential', from: 1, to: 2, fault: stalled }]);
    await expect(registry.get(UNIT, never)).rejects.toMatchObject({ code: 'CLOUD_TIMEOUT' });
    expect(registry.health().paused).toBe(true);
  });

  it('is not blamed for calls that we gave up, nor for a network without a way', async () => {
    const breaker = createBreaker({ strainedToOpen: 1 });
    const registry = registryFor(cloud.url, { breaker, timeoutMs: 60_000 });
    cloud.setFaults([
      { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'stall-before' } },
      { action: 'RegisterDeviceCredential', from: 2, to: 2, fault: { kind: 'reset-before' } },
      { action: 'RegisterDeviceCredential', from: 3, to: 3, fault: { kind: 'html-page' } },
    ]);
    const controller = new AbortController();
    const givenUp = registry.register(UNIT, controller.signal);
    await expect.poll(() => cloud.calls.length, { timeout: 20_000 }).toBe(1);
    controller.abort();
    const codes = [await givenUp, await registry.register(UNIT, never), await registry.register(UNIT, never)];
    expect(codes).toMatchObject([
      { error: { code: 'CLOUD_TIMEOUT' } },
      { error: { code: 'CLOUD_UNREACHABLE' } },
      { error: { code: 'CLOUD_NOT_THE_API' } },
    ]);
    expect(registry.health().paused).toBe(false);
  });
});

describe('one budget of calls', () => {
  it('is shared by all registries that are given it, and bounds the calls in flight', async () => {
    const limiter = createLimiter({ callsPerSecond: 10_000, concurrency: 3 });
    const registries = [1, 2].map(() => registryFor(cloud.url, { limiter, timeoutMs: 20_000 }));
    cloud.setFaults([{ action: 'GetDeviceCredential', from: 1, to: 3, fault: { kind: 'stall-before' } }]);
    const controller = new AbortController();
    const held = [0, 1, 0].map((at) => registries[at]!.get(UNIT, controller.signal).catch(() => 'given up'));
    await expect.poll(() => cloud.calls.length, { timeout: 20_000 }).toBe(3);
    const others = [0, 1].map((at) => registries[at]!.get('GID_sensor@@@2' as ClientId, never));
    // A direct call proves that time has passed without the waiting ones being sent.
    await registryFor(cloud.url).isOnline(UNIT, never);
    expect(cloud.calls.map(({ action }) => action)).toEqual([
      ...Array(3).fill('GetDeviceCredential'),
      'QuerySessionByClientId',
    ]);
    controller.abort();
    expect(await Promise.all([...held, ...others])).toEqual([
      ...Array(3).fill('given up'),
      ...Array(2).fill({ kind: 'not-found' }),
    ]);
  });
});
