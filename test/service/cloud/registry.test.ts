/** The registry against the emulated cloud over HTTP, through the real SDK: the paths that go well. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { emulate, INSTANCE, never, registryFor, UNIT } from './setup.ts';

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
});
