/**
 * The station talks to the endpoint it was given and to nothing else, whatever the environment offers, and prints
 * nothing of it. The environment is baited before the SDK is loaded.
 */
import diagnostics from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

vi.hoisted(() => {
  Object.assign(process.env, {
    DEBUG: '*',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'bait-id',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bait-secret',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'bait-token',
    ALIBABA_CLOUD_ECS_METADATA: 'bait-role',
    ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/bait',
  });
});

const { createCredentialRegistry } = await import('../../../electron/cloud/credential-registry.ts');
const { Secret } = await import('../../../electron/domain/secret.ts');
const { emulate, KEY, INSTANCE, never, registryFor, UNIT } = await import('./setup.ts');
type Cloud = Awaited<ReturnType<typeof emulate>>;

let cloud: Cloud;
let baitHits = 0;
const bait = createServer((socket) => {
  baitHits += 1;
  socket.destroy();
});
const hosts: string[] = [];
const sockets: Socket[] = [];
const printed: string[] = [];
const onRequest = (message: unknown) => {
  const { request } = message as { request: ClientRequest };
  hosts.push(`${request.host}:${request.getHeader('host')}`);
};
const onSocket = (message: unknown) => sockets.push((message as { socket: Socket }).socket);

beforeAll(async () => {
  cloud = await emulate();
  await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(bait.address() as { port: number }).port}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALIBABA_CLOUD_CREDENTIALS_URI'];
  for (const name of names) process.env[name] = url;
  diagnostics.subscribe('http.client.request.start', onRequest);
  diagnostics.subscribe('net.client.socket', onSocket);
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  diagnostics.unsubscribe('http.client.request.start', onRequest);
  diagnostics.unsubscribe('net.client.socket', onSocket);
  await cloud.close();
  await new Promise((resolve) => bait.close(resolve));
});

describe('with a baited environment', () => {
  it('every request of a whole life goes to the endpoint, with the key that was given', async () => {
    const registry = registryFor(cloud.url);
    await registry.get(UNIT, never);
    await registry.register(UNIT, never);
    await registry.register(UNIT, never);
    await registry.refresh(UNIT, never);
    await registry.isOnline(UNIT, never);
    await registry.list('GID_sensor', 1, never);
    await registry.unregister(UNIT, never);
    expect(hosts).toEqual(Array(7).fill(`127.0.0.1:127.0.0.1:${cloud.port}`));
    expect(sockets.length).toBeGreaterThan(0);
    expect(cloud.calls.map(({ result }) => result)).toEqual([
      'DeviceCredentialNotFound',
      'OK',
      'DeviceCredentialExsit',
      'OK',
      'OK',
      'OK',
      'OK',
    ]);
    expect(baitHits).toBe(0);
  });

  it('no other credential is looked for where the one given is empty', () => {
    const before = hosts.length;
    const create = () =>
      createCredentialRegistry({
        target: { region: 'r', instanceId: INSTANCE, groupId: 'GID_sensor', endpoint: cloud.url },
        access: { accessKeyId: '', accessKeySecret: new Secret('') },
      });
    expect(create).toThrow(expect.objectContaining({ code: 'CLOUD_KEY_REJECTED' }));
    expect(hosts.length).toBe(before);
  });

  it('neither keys nor credentials are printed, though DEBUG asks for everything', async () => {
    await registryFor(cloud.url).register(UNIT, never);
    const stored = cloud.credentialOf(INSTANCE, UNIT);
    const text = printed.join('');
    for (const value of [KEY.id, KEY.secret, stored?.deviceAccessKeySecret, stored?.deviceAccessKeyId]) {
      expect(text).not.toContain(value);
    }
    expect(process.env.DEBUG).toMatch(/^\*/);
  });
});
