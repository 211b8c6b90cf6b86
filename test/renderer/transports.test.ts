// @vitest-environment node
/** The WebSocket transport over real sockets, and where its address comes from. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Push } from '../../electron/contract/envelope.ts';
import { socketAddress, socketTransport } from '../../renderer/transports.ts';

Object.assign(globalThis, { WebSocket });

let server: WebSocketServer;
const address = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket`;

async function listen(port = 0) {
  server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
}
async function stop() {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
}

beforeEach(() => listen());
afterEach(() => stop());

function heard(transport: ReturnType<typeof socketTransport>) {
  const pushes: Push[] = [];
  const waiting: (() => void)[] = [];
  transport.subscribe((push) => {
    pushes.push(push);
    for (const look of waiting) look();
  });
  const until = (kind: Push['push'], count = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (pushes.filter((push) => push.push === kind).length >= count) resolve();
      };
      waiting.push(look);
      look();
    });
  return { pushes, until };
}

describe('the socket transport', () => {
  it('answers each request with its own reply, whatever their order', async () => {
    server.on('connection', (socket) => {
      const held: { id: number; command: string }[] = [];
      socket.on('message', (data) => {
        held.push(JSON.parse(String(data)));
        if (held.length < 2) return;
        for (const { id, command } of held.reverse())
          socket.send(JSON.stringify({ id, ok: true, output: command }));
      });
    });
    const transport = socketTransport(address());
    await heard(transport).until('station-back');
    const replies = await Promise.all([
      transport.request({ command: 'station.snapshot', input: {} }),
      transport.request({ command: 'order.close', input: {} }),
    ]);
    expect(replies.map((reply) => reply.ok && reply.output)).toEqual(['station.snapshot', 'order.close']);
  });

  it('hands on what is pushed, and lets rubbish go by', async () => {
    server.on('connection', (socket) => {
      socket.send('no JSON');
      socket.send('17');
      socket.send(JSON.stringify({ push: 'frame', frame: { revision: 7 } }));
    });
    const { pushes, until } = heard(socketTransport(address()));
    await until('frame');
    expect(pushes).toEqual([{ push: 'station-back' }, { push: 'frame', frame: { revision: 7 } }]);
  });

  it('ends what was under way when the host goes, says so, and comes back by itself', async () => {
    const transport = socketTransport(address());
    const { until } = heard(transport);
    await until('station-back');
    const { port } = server.address() as AddressInfo;
    const reply = transport.request({ command: 'station.snapshot', input: {} });
    await stop();
    expect(await reply).toMatchObject({ ok: false, error: { code: 'STATION_AWAY' } });
    await until('station-away');
    expect(await transport.request({ command: 'station.snapshot', input: {} })).toMatchObject({
      error: { code: 'STATION_AWAY' },
    });
    await listen(port);
    await until('station-back', 2);
  });
});

describe('the socket’s address', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as unknown as Storage;
  };
  const at = (hash: string) =>
    ({ hash, host: '127.0.0.1:4000', protocol: 'http:', pathname: '/', search: '' }) as Location;

  it('has the token of the fragment, which then leaves the address bar and outlives a reload', () => {
    const shown: unknown[] = [];
    const history = {
      replaceState: (_: unknown, __: string, url: unknown) => shown.push(url),
    } as unknown as History;
    const kept = storage();
    expect(socketAddress(at('#token=a%2Bb'), kept, history)).toBe('ws://127.0.0.1:4000/socket?token=a%2Bb');
    expect(shown).toEqual(['/']);
    expect(socketAddress(at(''), kept, history)).toBe('ws://127.0.0.1:4000/socket?token=a%2Bb');
  });

  it('has none where the host goes by a cookie', () => {
    expect(socketAddress(at(''), storage(), {} as History)).toBe('ws://127.0.0.1:4000/socket');
  });
});
