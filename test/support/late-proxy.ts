/**
 * A gateway that loses its patience, not the request: it breaks the connection of the first call of one action, and passes the
 * request on all the same, a while later. Everything else goes through as it came.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface LateProxy extends AsyncDisposable {
  readonly url: string;
  /** How many connections it broke. */
  readonly broken: number;
}

export async function lateProxy(
  target: string,
  { action, afterMs }: { readonly action: string; readonly afterMs: number },
): Promise<LateProxy> {
  let broken = 0;
  const server = createServer((incoming, response) => {
    if (incoming.headers['x-acs-action'] !== action || broken > 0) return passOn(target, incoming, response);
    broken += 1;
    const { method, url, headers } = incoming;
    incoming.socket.destroy();
    void wait(afterMs).then(() => request(new URL(url ?? '/', target), { method, headers }, drop).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get broken() {
      return broken;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(target: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}

/** Nobody waits for this answer any more. */
function drop(answer: IncomingMessage): void {
  answer.resume();
}
