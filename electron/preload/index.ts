/**
 * The page's only way out: two functions, `request` and `subscribe`, as the contract's transport.
 * Must not: grow, hand over anything of Electron's, or know a command. It runs sandboxed: one CommonJS file that
 * requires electron alone (docs/tutorial/sandbox of Electron).
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Push, Reply, Transport } from '../contract/envelope.ts';
import { PUSH, REQUEST, TAKEN } from './channels.ts';

const listeners = new Set<(push: Push) => void>();
let nextId = 1;

ipcRenderer.on(PUSH, (_event, push: Push, number: number) => {
  for (const listener of listeners) listener(push);
  ipcRenderer.send(TAKEN, number);
});

const transport: Transport = {
  request: ({ command, input }): Promise<Reply> =>
    ipcRenderer.invoke(REQUEST, { id: nextId++, command, input }),
  subscribe(listener) {
    // A function of this side for each call: the page's own may come over the bridge as the same object twice.
    const own = (push: Push) => listener(push);
    listeners.add(own);
    return () => void listeners.delete(own);
  },
};

contextBridge.exposeInMainWorld('stationTransport', transport);
