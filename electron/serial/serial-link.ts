/**
 * A serial port as a Link. One new SerialPort object per opening, never opened again: bytes that were queued on a closed
 * object are sent when it is opened anew, perhaps to another unit.
 * Must not: call drain() or destroy() (the first can hang for ever, the second does not close), or wait without an end.
 */
import type { SerialPort } from 'serialport';
import { StationError } from '../domain/errors.ts';
import type { Link, ModemSignals } from '../station/ports.ts';
import { transferAsPolled } from './polled-transfer.ts';
import { abortReason, lostError, openError } from './port-errors.ts';

const OPEN_MS = 5000;
const FLUSH_MS = 500;
const CLOSE_MS = 2000;
/** How long the driver may take to set lines or rate. */
const SET_MS = 2000;
/** How long the system may take no byte before the port is given up. */
const WRITE_MS = 10_000;

/** What the system says of a port without modem lines; pseudo-terminals of older Linux call the argument invalid. */
const NO_LINES = /inappropriate ioctl|not supported|invalid function|invalid argument/i;

interface Place {
  /** Where the port is now. */
  readonly path: string;
  /** What people call it, for errors; by default the path. */
  readonly name?: string;
  readonly baudRate: number;
}

/**
 * Opens a port and drops whatever an earlier unit left in its buffers. Rejects PORT_NOT_FOUND, PORT_BUSY, PORT_DENIED
 * or PORT_FAILED, or why the signal aborted.
 */
export async function openSerialLink(
  { path, name = path, baudRate }: Place,
  signal: AbortSignal,
): Promise<Link> {
  const { SerialPort } = await loadSerialport(name);
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  // One that opens too late has nobody else to hear of its errors.
  port.on('error', () => {});
  await opened(port, name, signal);
  // Before anything listens: a read that has begun goes the binding's own way.
  transferAsPolled(port);
  await settled(FLUSH_MS, (done) => port.flush(done));
  return new SerialLink({ port, name });
}

/** Loaded when first needed: where the native part is missing, the rest of the program still works. */
async function loadSerialport(name: string): Promise<typeof import('serialport')> {
  try {
    return await import('serialport');
  } catch (thrown) {
    throw new StationError('PORT_FAILED', { port: name, system: 'serialport cannot be loaded' }, thrown);
  }
}

/** A port that opens after we gave up is closed as soon as it is open: closing earlier does not work. */
function opened(port: SerialPort, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    let isOver = false;
    const end = (error?: StationError) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (error === undefined) resolve();
      else reject(error);
    };
    const stop = () => end(abortReason(signal));
    const timer = setTimeout(() => end(openError(name, 'opening took too long')), OPEN_MS);
    signal.addEventListener('abort', stop, { once: true });
    port.open((failure) => {
      if (failure) end(openError(name, failure));
      else if (isOver) port.close(() => {});
      else end();
    });
  });
}

/** Resolves when `start` calls back, whatever it says, or after `ms` milliseconds. */
function settled(ms: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

class SerialLink implements Link {
  readonly #port: SerialPort;
  readonly #name: string;
  readonly #unfinished = new Set<(why: StationError) => void>();
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (why: StationError | undefined) => void = () => {};
  #closed: { readonly why: StationError | undefined } | undefined;
  #closing: Promise<void> | undefined;

  constructor({ port, name }: { port: SerialPort; name: string }) {
    this.#port = port;
    this.#name = name;
    // Without a data listener a pulled cable is not noticed until the next write.
    port.on('data', (bytes: Buffer) => {
      if (this.#closed === undefined) this.#onData(bytes);
    });
    port.on('error', (error) => this.#lose(error));
    // Where the port is lost there may be two of these, one without a reason.
    port.on('close', (error?: Error | null) => this.#lose(error ?? 'the port was closed'));
    if (!port.isOpen) this.#lose('the port was closed');
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed.why ?? this.#lost('closed by us'));
    return new Promise((resolve, reject) => {
      const end = (why?: StationError) => {
        clearTimeout(timer);
        this.#unfinished.delete(end);
        if (why === undefined) resolve();
        else reject(why);
      };
      const timer = setTimeout(() => this.#lose('the port takes no bytes'), WRITE_MS);
      this.#unfinished.add(end);
      this.#port.write(bytes, (error) => (error ? this.#lose(error) : end()));
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (why: StationError | undefined) => void): void {
    this.#onClose = listener;
    if (this.#closed !== undefined) listener(this.#closed.why);
  }

  async setSignals({ dtr, rts }: ModemSignals): Promise<boolean> {
    const failure = await this.#told((done) => this.#port.set({ dtr, rts, brk: false }, done));
    if (failure === undefined) return true;
    if (NO_LINES.test(failure.message)) return false;
    this.#lose(failure);
    throw this.#lost(failure);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const failure = await this.#told((done) => this.#port.update({ baudRate }, done));
    if (failure !== undefined) throw openError(this.#name, failure);
  }

  /** What the driver said of a setting: nothing, or why not. Rejects where the port is gone meanwhile. */
  #told(ask: (done: (failure: Error | null | undefined) => void) => void): Promise<Error | undefined> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed.why ?? this.#lost('closed by us'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#lose('the port takes no settings'), SET_MS);
      const end = (why: StationError) => {
        clearTimeout(timer);
        reject(why);
      };
      this.#unfinished.add(end);
      ask((failure) => {
        clearTimeout(timer);
        this.#unfinished.delete(end);
        resolve(failure ?? undefined);
      });
    });
  }

  close(): Promise<void> {
    this.#end(undefined);
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  #lost(reason: unknown): StationError {
    return lostError(this.#name, reason);
  }

  #lose(reason: unknown): void {
    if (this.#closed !== undefined) return;
    this.#end(this.#lost(reason));
    this.#closing ??= this.#shut();
  }

  #end(why: StationError | undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = { why };
    for (const reject of [...this.#unfinished]) reject(why ?? this.#lost('closed by us'));
    this.#onClose(why);
  }

  async #shut(): Promise<void> {
    const port = this.#port;
    if (!port.isOpen) return;
    // What no unit took must not hold up the close: some drivers wait half a minute for it to be sent.
    if (port.writableLength > 0) await settled(FLUSH_MS, (done) => port.flush(done));
    await settled(CLOSE_MS - FLUSH_MS, (done) => port.close(done));
  }
}
