/**
 * Reads and writes of an open port as its poller allows them, in place of the binding's own on Linux and macOS. Theirs go through
 * the thread pool, where a byte waits behind whatever else is in there; never end once the line hung up under a read, which
 * then returns 0 for ever; and their poller asks the system for what was asked last, so that a read that begins to wait makes it
 * forget a write that waits. Source: @serialport/bindings-cpp 13, unix-read.js, unix-write.js, src/poller.cpp. The port is
 * non-blocking, so a transfer never waits in the call. The Windows binding has no poller and is left as it is.
 * Must not: open, close or set anything of a port.
 */
import { readSync, writeSync } from 'node:fs';
import type { SerialPort } from 'serialport';

/** Bits of the poller. */
const READABLE = 1;
const WRITABLE = 2;

type Event = 'readable' | 'writable';

interface Poller {
  poll(events: number): void;
  once(event: Event, listener: (failure: Error | null) => void): unknown;
  listenerCount(event: Event): number;
}

interface PolledBinding {
  /** Null when closed. */
  readonly fd: number | null;
  readonly poller: Poller;
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number; buffer: Buffer }>;
  write(buffer: Buffer): Promise<void>;
}

/** To be called once for each port, when it is open and nothing was read of it. */
export function transferAsPolled(port: SerialPort): void {
  const binding = port.port as unknown as Partial<PolledBinding> | undefined;
  if (!isPolled(binding)) return;
  const { poller } = binding;
  pollForAllThatWaits(poller);
  binding.read = async (buffer, offset, length) => {
    for (;;) {
      await ready(poller, 'readable');
      const bytesRead = attempt(() => readSync(openFd(binding), buffer, offset, length, null));
      if (bytesRead === 0) throw new Error('the port hung up');
      if (bytesRead !== undefined) return { bytesRead, buffer };
    }
  };
  binding.write = async (buffer) => {
    let sent = 0;
    while (sent < buffer.length) {
      const taken = attempt(() => writeSync(openFd(binding), buffer, sent));
      if (taken === undefined || taken === 0) await ready(poller, 'writable');
      else sent += taken;
    }
  };
}

function isPolled(binding: Partial<PolledBinding> | undefined): binding is PolledBinding {
  return binding?.poller !== undefined && typeof binding.fd === 'number';
}

function pollForAllThatWaits(poller: Poller): void {
  const poll = poller.poll.bind(poller);
  poller.poll = (events) => {
    const reads = poller.listenerCount('readable') > 0 ? READABLE : 0;
    const writes = poller.listenerCount('writable') > 0 ? WRITABLE : 0;
    poll(events | reads | writes);
  };
}

/** Rejects with what the poller says: the port is closed by us (`canceled`), or it is gone. */
function ready(poller: Poller, event: Event): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once(event, (failure) => (failure ? reject(failure) : resolve()));
  });
}

/** What a transfer moved, in bytes; undefined where it has to wait. */
function attempt(transfer: () => number): number | undefined {
  try {
    return transfer();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR') return undefined;
    throw thrown;
  }
}

/** Throws, as the binding does, what the stream takes for a close of ours. */
function openFd({ fd }: PolledBinding): number {
  if (fd === null) throw Object.assign(new Error('the port is not open'), { canceled: true });
  return fd;
}
