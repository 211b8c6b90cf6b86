/** An emulated cloud and a registry that talks to it, with waits short enough for tests. */
import { setMaxListeners } from 'node:events';
import {
  createCredentialRegistry,
  type RegistryOptions,
} from '../../../electron/cloud/credential-registry.ts';
import type { ClientId } from '../../../electron/domain/ids.ts';
import { Secret } from '../../../electron/domain/secret.ts';
import {
  createEmulatedCloud,
  type EmulatedCloud,
  type EmulatedCloudOptions,
} from '../../../electron/simulator/cloud/emulated-cloud.ts';
import type { CredentialRegistry } from '../../../electron/station/ports.ts';

export const KEY = { id: 'LTAItestkey', secret: 'test-access-key-secret' } as const;
export const INSTANCE = 'post-cn-0pp12gl0001';
export const UNIT = 'GID_sensor@@@A1B2C3D4' as ClientId;

/** Aborts never; for calls whose own deadline is what the test is about. */
export const never = new AbortController().signal;
setMaxListeners(0, never);

export async function emulate(options: Partial<EmulatedCloudOptions> = {}): Promise<EmulatedCloud> {
  return await createEmulatedCloud({ accessKeys: [KEY], ...options });
}

export function registryFor(endpoint: string, options: Partial<RegistryOptions> = {}): CredentialRegistry {
  return createCredentialRegistry({
    target: { region: 'cn-hangzhou', instanceId: INSTANCE, groupId: 'GID_sensor', endpoint },
    access: { accessKeyId: KEY.id, accessKeySecret: new Secret<string>(KEY.secret) },
    timeoutMs: 10_000,
    backoff: { firstMs: 2, longestMs: 8 },
    ...options,
  });
}
