/** The registry against the emulated cloud over HTTP, through the real SDK: what it does when all goes well. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientId } from '../../../electron/domain/ids.ts';
import { Secret } from '../../../electron/domain/secret.ts';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { emulate, INSTANCE, KEY, never, registryFor, UNIT } from './setup.ts';

const MINUTE = 60_000;
let cloud: EmulatedCloud;
beforeEach(async () => {
  cloud = await emulate();
});
afterEach(() => cloud.close());

describe('the credential registry', () => {
  it('registers a unit once and reads the very same credential again', async () => {
    const registry = registryFor(cloud.url);
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    const made = await registry.register(UNIT, never);
    if (made.kind !== 'done') throw new Error(made.kind);
    const found = await registry.get(UNIT, never);
    if (found.kind !== 'found') throw new Error(found.kind);
    const stored = cloud.credentialOf(INSTANCE, UNIT);
    expect(found.credential.deviceAccessKeySecret.reveal()).toBe(stored?.deviceAccessKeySecret);
    expect(found.credential).toEqual(made.credential);
    expect(found.credential).toMatchObject({ clientId: UNIT, instanceId: INSTANCE });
    expect(cloud.calls.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'GetDeviceCredential DeviceCredentialNotFound',
      'RegisterDeviceCredential OK',
      'GetDeviceCredential OK',
    ]);
  });

  it('says of a second Register what the cloud makes of it: it exists, or here are other keys', async () => {
    const registry = registryFor(cloud.url);
    await registry.register(UNIT, never);
    expect(await registry.register(UNIT, never)).toEqual({ kind: 'exists' });
    const rotating = await emulate({ secondRegister: 'rotates' });
    const other = registryFor(rotating.url);
    const [first, second] = [await other.register(UNIT, never), await other.register(UNIT, never)];
    await rotating.close();
    if (first.kind !== 'done' || second.kind !== 'done') throw new Error('not done');
    expect(second.credential.deviceAccessKeyId).not.toBe(first.credential.deviceAccessKeyId);
  });

  it('refreshes, unregisters, and knows when there is nothing to unregister', async () => {
    const registry = registryFor(cloud.url);
    const made = await registry.register(UNIT, never);
    const renewed = await registry.refresh(UNIT, never);
    if (made.kind !== 'done' || renewed.kind !== 'done') throw new Error('not done');
    expect(renewed.credential.deviceAccessKeyId).not.toBe(made.credential.deviceAccessKeyId);
    expect(await registry.unregister(UNIT, never)).toBe('done');
    expect(await registry.unregister(UNIT, never)).toBe('not-found');
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
  });

  it('lists the ids of a group page by page', async () => {
    const registry = registryFor(cloud.url);
    const ids = Array.from({ length: 103 }, (_, n) => `GID_sensor@@@${n}` as ClientId);
    await Promise.all(ids.map((id) => registryFor(cloud.url).register(id, never)));
    const first = await registry.list('GID_sensor', 1, never);
    const second = await registry.list('GID_sensor', 2, never);
    expect([first.clientIds.length, second.clientIds.length, first.total]).toEqual([100, 3, 103]);
    expect([...first.clientIds, ...second.clientIds].sort()).toEqual([...ids].sort());
    expect(await registry.list('GID_other', 1, never)).toEqual({ clientIds: [], total: 0 });
  });

  it('knows whether a unit is online', async () => {
    const registry = registryFor(cloud.url);
    expect(await registry.isOnline(UNIT, never)).toBe(false);
    cloud.setOnline(UNIT, true);
    expect(await registry.isOnline(UNIT, never)).toBe(true);
  });

  it('works with a temporary key and its token, and is told where the token is wrong', async () => {
    const sts = { id: 'STS.key', secret: 'sts-secret', token: 'sts-token' };
    const strict = await emulate({ accessKeys: [sts] });
    const access = { accessKeyId: sts.id, accessKeySecret: new Secret(sts.secret) };
    const withToken = (token: string) =>
      registryFor(strict.url, { access: { ...access, securityToken: new Secret(token) } });
    const good = await withToken(sts.token).register(UNIT, never);
    const wrong = await withToken('other').register(UNIT, never);
    const without = await registryFor(strict.url, { access }).register(UNIT, never);
    await strict.close();
    expect(good.kind).toBe('done');
    expect(wrong).toMatchObject({ kind: 'refused', error: { code: 'CLOUD_TOKEN_REJECTED' } });
    expect(without).toMatchObject({ kind: 'refused', error: { code: 'CLOUD_TOKEN_REJECTED' } });
  });

  it('is told where its key is wrong', async () => {
    const access = { accessKeyId: KEY.id, accessKeySecret: new Secret('wrong') };
    const answer = await registryFor(cloud.url, { access }).register(UNIT, never);
    expect(answer).toMatchObject({ kind: 'refused', error: { code: 'CLOUD_KEY_REJECTED' } });
  });
});

describe('the time of the cloud', () => {
  it('is the station’s own before the first answer', () => {
    const registry = registryFor(cloud.url);
    expect(registry.health()).toEqual({ latencyMs: undefined, skewMs: undefined, paused: false });
    expect(Math.abs(registry.serverTime() - Date.now())).toBeLessThan(MINUTE);
  });

  it('is measured from the Date of every answer, errors included', async () => {
    const registry = registryFor(cloud.url);
    for (const offset of [7 * MINUTE, -9 * MINUTE]) {
      cloud.setClockOffset(offset);
      expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
      const { skewMs = 0, latencyMs } = registry.health();
      expect(Math.abs(skewMs - offset)).toBeLessThan(MINUTE);
      expect(Math.abs(registry.serverTime() - Date.now() - offset)).toBeLessThan(MINUTE);
      expect(latencyMs).toBeTypeOf('number');
    }
  });

  it('that is more than 15 minutes off is named, with how far', async () => {
    cloud.setClockOffset(20 * MINUTE);
    const answer = await registryFor(cloud.url).register(UNIT, never);
    if (answer.kind !== 'refused') throw new Error(answer.kind);
    expect(answer.error).toMatchObject({
      code: 'CLOCK_SKEW',
      evidence: { cloudCode: 'InvalidTimeStamp.Expired' },
    });
    expect(Math.abs(Number(answer.error.evidence.skewMs) - 20 * MINUTE)).toBeLessThan(MINUTE);
  });

  it('is not taken from somebody else’s page', async () => {
    cloud.setClockOffset(7 * MINUTE);
    cloud.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'html-page' } }]);
    const registry = registryFor(cloud.url);
    expect(await registry.register(UNIT, never)).toMatchObject({ error: { code: 'CLOUD_NOT_THE_API' } });
    expect(registry.health().skewMs).toBeUndefined();
  });
});
