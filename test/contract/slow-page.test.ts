/**
 * A page that does not read, over the real server: what waits for it stays within bounds, the others see every frame, and
 * when it reads again it looks anew. The frames are large, since the system itself takes tens of megabytes for a page that sleeps.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Push, Reply, Request } from '../../electron/contract/envelope.ts';
import { createLoopbackServer } from '../../electron/hosts/loopback-server.ts';
import { connectSocket, type SocketTransport } from '../support/socket-transport.ts';

const FRAME_BYTES = 256 * 1024;
const FRAMES = 260;
/** A frame, as far as the server knows it. */
const frame = (nth: number) =>
  ({ push: 'frame', frame: { nth, filling: 'x'.repeat(FRAME_BYTES) } }) as unknown as Push;

async function server() {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-page-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html>');
  const listeners = new Set<(push: Push) => void>();
  const reply = ({ id }: Request): Reply =>
    ({ id, ok: true, output: { filling: 'x'.repeat(FRAME_BYTES) } }) as unknown as Reply;
  const backend = {
    request: async (request: Request) => reply(request),
    subscribe(listener: (push: Push) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const served = await createLoopbackServer({ port: 0, rendererDir: dir, backend });
  onTestFinished(async () => {
    await served.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const connect = async () => {
    const page = await connectSocket(`${served.url.replace('http', 'ws').replace('/?', '/socket?')}`);
    onTestFinished(() => page.close());
    return page;
  };
  const push = (message: Push) => {
    for (const listener of listeners) listener(message);
  };
  return { connect, push };
}

function heard(page: SocketTransport): Push[] {
  const pushes: Push[] = [];
  page.subscribe((push) => pushes.push(push));
  return pushes;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

it('gets no more than it can take, looks anew when it reads again, and holds nobody up', async () => {
  const { connect, push } = await server();
  const [slow, fast] = [await connect(), await connect()];
  const [ofSlow, ofFast] = [heard(slow), heard(fast)];
  slow.socket.pause();
  for (let nth = 0; nth < FRAMES; nth += 1) {
    push(frame(nth));
    await turn();
  }
  await expect.poll(() => ofFast.length, { timeout: 20_000 }).toBe(FRAMES);
  slow.socket.resume();
  await expect.poll(() => ofSlow.at(-1)?.push, { timeout: 20_000 }).toBe('station-back');
  const taken = ofSlow.filter((each) => each.push === 'frame').length;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(0.8 * FRAMES);
  push(frame(FRAMES));
  await expect.poll(() => ofSlow.at(-1)?.push, { timeout: 20_000 }).toBe('frame');
});

it('is let go where it asks and asks and never takes an answer', async () => {
  const { connect } = await server();
  const page = await connect();
  const closed = new Promise((resolve) => page.socket.once('close', resolve));
  page.socket.pause();
  for (let nth = 0; nth < FRAMES; nth += 1) {
    void page.request({ command: 'station.snapshot', input: {} });
    await turn();
  }
  page.socket.resume();
  await closed;
});
