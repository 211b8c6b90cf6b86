/**
 * The page and the contract on 127.0.0.1: files over HTTP, messages over one WebSocket per page. Host, Origin and token are
 * checked in this order, for every request.
 * Must not: listen on any other address, serve a file that was not there at the start, or queue for a page that reads slowly.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { asRequest } from './dispatcher.ts';
import { readStaticFiles } from './static-files.ts';
import type { Backend } from './station-host.ts';

/** A page that is so many bytes behind gets no frames until it has caught up, and is then told to look anew. */
const BEHIND_BYTES = 256 * 1024;
const CAUGHT_UP_EVERY_MS = 250;
const REQUEST_MAX_BYTES = 1024 * 1024;
/** A page that asks and never reads the answers is let go. */
const LOST_BYTES = 16 * 1024 * 1024;

export interface LoopbackOptions {
  /** 0: a free one. */
  readonly port: number;
  readonly rendererDir: string;
  readonly backend: Backend;
}

export interface LoopbackServer {
  /** The address to open, with its token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /**
   * The address for a program that this one starts: any user of the machine can read the words it is started with, so what
   * they carry opens one page and is then worth nothing.
   */
  urlForOnce(): string;
  close(): Promise<void>;
}

export async function createLoopbackServer({
  port,
  rendererDir,
  backend,
}: LoopbackOptions): Promise<LoopbackServer> {
  const token = randomBytes(24).toString('base64url');
  /** Tokens that let in one page. */
  const tickets = new Set<string>();
  const files = readStaticFiles(rendererDir);
  const server = createServer((request, response) => answer(request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: REQUEST_MAX_BYTES,
    perMessageDeflate: false,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const at = (server.address() as AddressInfo).port;
  const cookie = `keybench-${at}`;

  /** 403 for a foreign Host or Origin (another page, a rebound name), 401 without the token. */
  function refusal(request: IncomingMessage, given: string | undefined): number | undefined {
    const { host, origin } = request.headers;
    if (host !== `127.0.0.1:${at}` && host !== `localhost:${at}`) return 403;
    if (origin !== undefined && origin !== `http://${host}`) return 403;
    const isIn = isToken(given) || (given !== undefined && tickets.delete(given));
    return isIn || isToken(cookieOf(request, cookie)) ? undefined : 401;
  }

  function isToken(given: string | undefined): boolean {
    const wanted = Buffer.from(token);
    const got = Buffer.from(given ?? '');
    return got.length === wanted.length && timingSafeEqual(got, wanted);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { path, token: given } = targetOf(request);
    const status = refusal(request, given);
    if (status !== undefined) return end(response, status);
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    if (given !== undefined) {
      // The token leaves the address bar at once; the page goes on with a cookie that no script can read.
      response.setHeader('set-cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`);
      response.setHeader('location', '/');
      return end(response, 303);
    }
    const file = files.get(path);
    if (file === undefined) return end(response, 404);
    response.writeHead(200, file.headers);
    response.end(request.method === 'HEAD' ? undefined : file.content);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever asks may also go away, at any moment.
    socket.on('error', () => socket.destroy());
    const status = refusal(request, targetOf(request).token);
    if (status !== undefined) {
      socket.end(
        `HTTP/1.1 ${status} ${status === 401 ? 'Unauthorized' : 'Forbidden'}\r\nconnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => serve(page, backend));
  });

  return {
    url: `http://127.0.0.1:${at}/?token=${token}`,
    port: at,
    token,
    urlForOnce() {
      const ticket = randomBytes(24).toString('base64url');
      tickets.add(ticket);
      return `http://127.0.0.1:${at}/?token=${ticket}`;
    },
    close: () =>
      new Promise((resolve) => {
        for (const page of sockets.clients) page.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serve(page: WebSocket, backend: Backend): void {
  let isBehind = false;
  const send = (message: unknown) => {
    if (page.bufferedAmount > LOST_BYTES) return page.terminate();
    page.send(JSON.stringify(message), () => undefined);
  };
  const unsubscribe = backend.subscribe((push) => {
    if (push.push !== 'frame') return send(push);
    isBehind ||= page.bufferedAmount > BEHIND_BYTES;
    if (!isBehind) send(push);
  });
  const timer = setInterval(() => {
    if (!isBehind || page.bufferedAmount > 0) return;
    isBehind = false;
    // Whatever it has missed: it takes a new snapshot.
    send({ push: 'station-back' });
  }, CAUGHT_UP_EVERY_MS);
  page.on('message', (data, isBinary) => {
    const request = isBinary ? undefined : parse(String(data));
    if (request === undefined) return page.close(1008);
    backend.request(request).then(send, () => page.terminate());
  });
  page.on('error', () => page.terminate());
  page.on('close', () => {
    clearInterval(timer);
    unsubscribe();
  });
}

function parse(text: string): ReturnType<typeof asRequest> {
  try {
    return asRequest(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Path and token of a request, by cutting alone: what comes here may be no address at all. */
function targetOf({ url = '/' }: IncomingMessage): { path: string; token: string | undefined } {
  const [path = '/', query = ''] = url.split('?', 2);
  return { path, token: new URLSearchParams(query).get('token') ?? undefined };
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
  response.end(`${status}\n`);
}
