/**
 * The contract between our page and the backend over Electron's messages. Sender and form of each message are checked before
 * anything looks into it.
 * Must not: answer a frame that is not ours, or queue for a page that takes nothing.
 */
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { Push, Reply } from '../contract/envelope.ts';
import { asRequest, refuse } from '../hosts/dispatcher.ts';
import type { Backend } from '../hosts/station-host.ts';
import { PUSH, REQUEST, TAKEN } from '../preload/channels.ts';
import { ORIGIN } from './app-protocol.ts';

/** A page that has so many pushes to take gets no frames until it has taken all; then it is told to look anew. */
const BEHIND_PUSHES = 32;

export function serveContract(backend: Backend, contents: WebContents): void {
  let sent = 0;
  let taken = 0;
  let isBehind = false;

  const send = (push: Push) => {
    if (contents.isDestroyed()) return;
    sent += 1;
    contents.send(PUSH, push, sent);
  };
  const caughtUp = () => {
    taken = sent;
    if (!isBehind) return;
    isBehind = false;
    // Whatever it has missed: it takes a new snapshot.
    send({ push: 'station-back' });
  };

  const unsubscribe = backend.subscribe((push) => {
    if (push.push !== 'frame') return send(push);
    isBehind ||= sent - taken >= BEHIND_PUSHES;
    if (!isBehind) send(push);
  });

  const isOurs = ({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.origin === ORIGIN;

  ipcMain.handle(REQUEST, (event, message: unknown): Promise<Reply> | Reply => {
    if (!isOurs(event)) throw new Error('refused');
    const request = asRequest(message);
    if (request === undefined) return refuse(0, { code: 'COMMAND_INVALID', evidence: {} });
    return backend.request(request);
  });
  ipcMain.on(TAKEN, (event, number: unknown) => {
    if (!isOurs(event) || typeof number !== 'number' || !(number > taken && number <= sent)) return;
    taken = number;
    if (taken === sent) caughtUp();
  });
  // A page that is loaded anew takes a snapshot by itself; what its predecessor had not taken is gone with it.
  contents.on('did-finish-load', caughtUp);
  contents.once('destroyed', () => {
    unsubscribe();
    ipcMain.removeHandler(REQUEST);
    ipcMain.removeAllListeners(TAKEN);
  });
}
