/**
 * An emulated unit's line over a local socket, for systems without pseudo-terminals (domain/line-file.ts), as a slot's port.
 * Must not: connect anywhere but on this computer.
 */
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { StationError } from '../domain/errors.ts';
import { lineAddress } from '../domain/line-file.ts';
import type { Link, SlotPort } from '../station/ports.ts';
import { abortReason, lostError, openError } from './port-errors.ts';

const OPEN_MS = 5000;
/** How long the unit's end may take no byte before the line is given up. */
const WRITE_MS = 10_000;
/** More than any such file has, in bytes. */
const FILE_MAX = 1024;

/** A slot whose port is there while the file is. Opening it rejects PORT_NOT_FOUND, PORT_FAILED, or why the signal aborted. */
export function createLineSlot(path: string): SlotPort {
  const locate = () => addressIn(path);
  return {
    name: path,
    locate,
    async open(_baudRate, signal) {
      const address = await locate();
      if (address === undefined) throw new StationError('PORT_NOT_FOUND', { port: path });
      return openSocketLink(address, path, signal);
    },
  };
}

async function addressIn(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(FILE_MAX) });
    return lineAddress(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** Rejects PORT_NOT_FOUND or PORT_FAILED, or why the signal aborted. */
function openSocketLink(address: string, name: string, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const socket = connect(address);
    const end = (why?: StationError) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.removeListener('error', failed);
      if (why === undefined) return resolve(new SocketLink({ socket, name }));
      socket.on('error', () => undefined);
      socket.destroy();
      reject(why);
    };
    const stop = () => end(abortReason(signal));
    const failed = (error: NodeJS.ErrnoException) =>
      end(
        error.code === 'ENOENT' ? new StationError('PORT_NOT_FOUND', { port: name }) : openError(name, error),
      );
    const timer = setTimeout(() => end(openError(name, 'opening took too long')), OPEN_MS);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', failed);
    socket.once('connect', () => end());
  });
}

class SocketLink implements Link {
  readonly #socket: Socket;
  readonly #name: string;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (why: StationError | undefined) => void = () => {};
  #closed: { readonly why: StationError | undefined } | undefined;

  constructor({ socket, name }: { socket: Socket; name: string }) {
    this.#socket = socket;
    this.#name = name;
    socket.on('data', (bytes: Buffer) => {
      if (this.#closed === undefined) this.#onData(bytes);
    });
    socket.on('error', (error) => this.#end(lostError(name, error)));
    socket.on('close', () => this.#end(lostError(name, 'the line was closed')));
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#whyNot());
    return new Promise((resolve, reject) => {
      // Ends the line, and with it the write that waits.
      const timer = setTimeout(() => this.#end(lostError(this.#name, 'the line takes no bytes')), WRITE_MS);
      this.#socket.write(bytes, (error) => {
        clearTimeout(timer);
        if (error) reject(this.#whyNot());
        else resolve();
      });
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (why: StationError | undefined) => void): void {
    this.#onClose = listener;
    if (this.#closed !== undefined) listener(this.#closed.why);
  }

  async setSignals(): Promise<boolean> {
    if (this.#closed !== undefined) throw this.#whyNot();
    return false;
  }

  /** The unit's end keeps to a rate of its own. */
  async setBaudRate(): Promise<void> {
    if (this.#closed !== undefined) throw this.#whyNot();
  }

  async close(): Promise<void> {
    this.#end(undefined);
  }

  #whyNot(): StationError {
    return this.#closed?.why ?? lostError(this.#name, 'closed by us');
  }

  #end(why: StationError | undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = { why };
    this.#socket.destroy();
    this.#onClose(why);
  }
}
