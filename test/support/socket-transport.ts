/** The contract over a WebSocket, from a test; as the page does it, without a browser. */
import WebSocket from 'ws';
import type { Push, Reply, Transport } from '../../electron/contract/envelope.ts';

export interface SocketTransport extends Transport {
  readonly socket: WebSocket;
  close(): void;
}

/** `headers` stand for what a browser would send: Origin, Host, Cookie. */
export async function connectSocket(
  url: string,
  headers: Record<string, string> = {},
): Promise<SocketTransport> {
  const socket = new WebSocket(url, { headers });
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners = new Set<(push: Push) => void>();
  let nextId = 1;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Push | Reply;
    if ('push' in message) {
      for (const listener of listeners) listener(message);
    } else {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`status ${response.statusCode}`)),
    );
  });
  return {
    socket,
    request: ({ command, input }) =>
      new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, command, input }));
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => socket.terminate(),
  };
}
