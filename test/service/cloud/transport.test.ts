/** Below HTTP: TLS, ports where nobody or somebody else listens, connections that went stale, calls given up. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StationError } from '../../../electron/domain/errors.ts';
import { selfSigned } from './self-signed.ts';
import { emulate, never, registryFor, UNIT } from './setup.ts';

const open = new Set<Socket>();
const servers: Server[] = [];
afterEach(async () => {
  for (const socket of open) socket.destroy();
  open.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  vi.unstubAllEnvs();
});

async function listen(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => open.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Not events.once, which an error on the way to the end would reject. */
const closeOf = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

const refusalOf = async (call: Promise<unknown>): Promise<StationError> =>
  await call.then(
    () => Promise.reject(new Error('was answered')),
    (thrown: StationError) => thrown,
  );

describe('TLS', () => {
  /** Ends TLS before the emulated cloud, byte for byte. */
  async function terminated(cloudPort: number): Promise<number> {
    return await listen(
      createTlsServer(selfSigned(), (secure) => {
        const inner = connect(cloudPort, '127.0.0.1');
        open.add(inner);
        secure.on('error', () => inner.destroy());
        inner.on('error', () => secure.destroy());
        secure.pipe(inner).pipe(secure);
      }),
    );
  }

  it('is not trusted to a certificate that nobody vouches for: nothing was sent', async () => {
    const cloud = await emulate();
    const registry = registryFor(`https://127.0.0.1:${await terminated(cloud.port)}`);
    let connections = 0;
    servers[0]?.on('connection', () => {
      connections += 1;
    });
    const answer = await registry.register(UNIT, never);
    expect(answer).toMatchObject({ kind: 'not-done', error: { code: 'CLOUD_CERTIFICATE' } });
    expect(await refusalOf(registry.get(UNIT, never))).toMatchObject({ code: 'CLOUD_CERTIFICATE' });
    await cloud.close();
    expect(cloud.calls).toEqual([]);
    // Asking again mends no certificate.
    expect(connections).toBe(2);
  });

  it('carries the calls where the certificate is good', async () => {
    const cloud = await emulate();
    const registry = registryFor(`https://127.0.0.1:${await terminated(cloud.port)}`);
    // Stands for a trusted certificate: Node reads its trust store once, at its start.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await registry.register(UNIT, never)).toMatchObject({ kind: 'done' });
    expect(await registry.get(UNIT, never)).toMatchObject({ kind: 'found' });
    await cloud.close();
  });

  it('is missed where something else listens', async () => {
    const port = await listen(createServer((socket) => socket.end('220 smtp ready\r\n')));
    const error = await refusalOf(registryFor(`https://127.0.0.1:${port}`).get(UNIT, never));
    expect(error.code).toBe('CLOUD_NOT_THE_API');
  });
});

describe('an address', () => {
  it('where nobody listens: unreachable, and nothing was sent', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const registry = registryFor(`http://127.0.0.1:${port}`);
    expect(await registry.register(UNIT, never)).toMatchObject({
      kind: 'not-done',
      error: { code: 'CLOUD_UNREACHABLE', evidence: { cause: 'ECONNREFUSED' } },
    });
    expect(await refusalOf(registry.get(UNIT, never))).toMatchObject({ code: 'CLOUD_UNREACHABLE' });
  });

  it('where something else listens: not the API', async () => {
    const port = await listen(createServer((socket) => socket.end('220 smtp ready\r\n')));
    const registry = registryFor(`http://127.0.0.1:${port}`);
    const answer = await registry.register(UNIT, never);
    expect(answer).toMatchObject({ kind: 'unknown', error: { code: 'CLOUD_NOT_THE_API' } });
  });

  it.each([
    ['HTTP/1.1 302 Found\r\nlocation: http://portal/\r\ncontent-length: 2\r\n\r\n{}', 'CLOUD_NOT_THE_API'],
    [
      'HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>',
      'CLOUD_NOT_THE_API',
    ],
    [
      'HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"error":"nope"}',
      'CLOUD_ANSWER_INVALID',
    ],
    [
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnull',
      'CLOUD_ANSWER_INVALID',
    ],
    [
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]',
      'CLOUD_ANSWER_INVALID',
    ],
    [
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      'CLOUD_ANSWER_INVALID',
    ],
    [
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{',
      'CLOUD_UNREACHABLE',
    ],
  ])('that answers %j leaves a Register unknown: %s', async (text, code) => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end(text))));
    const answer = await registryFor(`http://127.0.0.1:${port}`).register(UNIT, never);
    expect(answer).toMatchObject({ kind: 'unknown', error: { code } });
  });
});

describe('a connection', () => {
  it('that went stale costs a Get one more try, and a Register is unknown', async () => {
    let answered = 0;
    // Answers the first request of each connection and drops the connection at the second.
    const port = await listen(
      createServer((socket) => {
        socket.once('data', () => {
          answered += 1;
          const text = '{"Code":"DeviceCredentialNotFound","Message":"x","RequestId":"X"}';
          socket.write(
            `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
          );
          socket.once('data', () => socket.resetAndDestroy());
        });
      }),
    );
    const registry = registryFor(`http://127.0.0.1:${port}`);
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    expect(answered).toBe(2);
    expect(await registry.register(UNIT, never)).toMatchObject({
      kind: 'unknown',
      error: { code: 'CLOUD_UNREACHABLE' },
    });
    expect(answered).toBe(2);
  });

  it.each(['http', 'https'])('is closed when its call is given up, over %s', async (scheme) => {
    const server = createServer();
    const port = await listen(server);
    const controller = new AbortController();
    const registry = registryFor(`${scheme}://127.0.0.1:${port}`, { timeoutMs: 600_000 });
    const refused = refusalOf(registry.get(UNIT, controller.signal));
    const [socket] = (await once(server, 'connection')) as [Socket];
    await once(socket, 'data');
    const closed = closeOf(socket);
    controller.abort();
    await closed;
    expect((await refused).code).toBe('RUN_ABORTED');
  });

  it('is closed when the answer drips in for longer than a call may take', async () => {
    const server = createServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{');
      const drip = setInterval(() => socket.write(' '), 20);
      socket.once('close', () => clearInterval(drip));
    });
    const port = await listen(server);
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const closed = connected.then(([socket]) => closeOf(socket));
    const registry = registryFor(`http://127.0.0.1:${port}`, { timeoutMs: 300 });
    expect(await registry.register(UNIT, never)).toMatchObject({
      kind: 'unknown',
      error: { code: 'CLOUD_TIMEOUT' },
    });
    await closed;
  });
});
