/** Who is answered over Electron's messages and how much is sent to a page that does not take it, over a stand-in for Electron. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Push, Reply, Request } from '../../electron/contract/envelope.ts';

const handlers = new Map<string, (event: object, message: unknown) => unknown>();
const ipcMain = Object.assign(new EventEmitter(), {
  handle: (name: string, handler: (event: object, message: unknown) => unknown) =>
    void handlers.set(name, handler),
  removeHandler: (name: string) => void handlers.delete(name),
});
vi.mock('electron', () => ({ ipcMain, protocol: {} }));

const { serveContract } = await import('../../electron/main/ipc-host.ts');

const FRAME: Push = { push: 'frame', frame: { revision: 1 } };
const ORIGIN = 'app://station';

class FakeContents extends EventEmitter {
  readonly sent: [channel: string, push: Push, number: number][] = [];
  isDestroyed = () => false;
  send(channel: string, push: Push, number: number): void {
    this.sent.push([channel, push, number]);
  }
}

describe('the contract over Electron’s messages', () => {
  let contents: FakeContents;
  let asked: Request[];
  let push: (message: Push) => void;

  beforeEach(() => {
    handlers.clear();
    ipcMain.removeAllListeners();
    contents = new FakeContents();
    asked = [];
    const backend = {
      request: async (request: Request): Promise<Reply> => {
        asked.push(request);
        return { id: request.id, ok: true, output: null };
      },
      subscribe(listener: (message: Push) => void) {
        push = listener;
        return () => {
          push = () => undefined;
        };
      },
    };
    serveContract(backend, contents as never);
  });

  const request = { id: 1, command: 'station.snapshot', input: {} };
  const frame = (more: object = {}) => ({ parent: null, origin: ORIGIN, ...more });
  const ask = async (event: object, message: unknown = request) =>
    handlers.get('station:request')?.(event, message);
  const take = (number: unknown, event: object = { sender: contents, senderFrame: frame() }) =>
    ipcMain.emit('station:taken', event, number);

  it('answers the page', async () => {
    expect(await ask({ sender: contents, senderFrame: frame() })).toMatchObject({ id: 1, ok: true });
  });

  it.each([
    ['a frame that is gone', { senderFrame: null }],
    ['a frame within the page', { senderFrame: frame({ parent: frame() }) }],
    ['another origin', { senderFrame: frame({ origin: 'https://example.invalid' }) }],
    ['an origin that begins alike', { senderFrame: frame({ origin: 'app://station.example' }) }],
    ['an opaque origin', { senderFrame: frame({ origin: 'null' }) }],
    ['another window', { sender: new FakeContents(), senderFrame: frame() }],
  ])('does not answer %s, and does not look into what it says', async (_who, event) => {
    const getter = vi.fn();
    const message = Object.defineProperty({}, 'id', { get: getter });
    await expect(ask({ sender: contents, ...event }, message)).rejects.toThrow('refused');
    expect(getter).not.toHaveBeenCalled();
    expect(asked).toEqual([]);
  });

  it.each([null, 7, 'x', {}, { id: 'x', command: 'y' }, { id: 1.5, command: 'y' }, { id: 1, command: 2 }])(
    'refuses what is no request: %j',
    async (message) => {
      const reply = await ask({ sender: contents, senderFrame: frame() }, message);
      expect(reply).toMatchObject({ ok: false, error: { code: 'COMMAND_INVALID' } });
      expect(asked).toEqual([]);
    },
  );

  it('hands on nothing but id, command and input', async () => {
    await ask({ sender: contents, senderFrame: frame() }, { ...request, more: 'x' });
    expect(asked).toEqual([request]);
  });

  it('stops sending frames to a page that takes none, tells it the rest, and to look anew when it has caught up', () => {
    for (let count = 0; count < 100; count++) push(FRAME);
    expect(contents.sent).toHaveLength(32);
    push({ push: 'station-away' });
    expect(contents.sent).toHaveLength(33);
    take(32);
    push(FRAME);
    expect(contents.sent).toHaveLength(33);
    take(33);
    expect(contents.sent.at(-1)).toEqual(['station:push', { push: 'station-back' }, 34]);
    push(FRAME);
    expect(contents.sent.at(-1)).toEqual(['station:push', FRAME, 35]);
  });

  it('goes on without a pause to a page that takes what it gets', () => {
    for (let count = 0; count < 100; count++) {
      push(FRAME);
      take(contents.sent.length);
    }
    expect(contents.sent).toHaveLength(100);
  });

  it.each([34, 0, -1, Number.NaN, 'x', undefined])('does not believe that %s was taken', (number) => {
    for (let count = 0; count < 40; count++) push(FRAME);
    take(number);
    take(32, { sender: contents, senderFrame: frame({ origin: 'https://example.invalid' }) });
    push(FRAME);
    expect(contents.sent).toHaveLength(32);
  });

  it('starts anew with a page that was loaded anew, whatever was lost on the way', () => {
    for (let count = 0; count < 40; count++) push(FRAME);
    contents.emit('did-finish-load');
    push(FRAME);
    expect(contents.sent.slice(32).map(([, sent]) => sent.push)).toEqual(['station-back', 'frame']);
  });

  it('ends with its window', () => {
    contents.emit('destroyed');
    push(FRAME);
    expect(contents.sent).toEqual([]);
    expect(handlers.size + ipcMain.listenerCount('station:taken')).toBe(0);
  });
});
