/**
 * Mends a wait of the serial binding. Its poller asks the system for what was asked last, not for all that is waited for: a read
 * that begins to wait while a write waits makes it forget the write, until the next byte happens to arrive. Source:
 * @serialport/bindings-cpp 13, src/poller.cpp, `uv_poll_start(…, events, …)`; the Windows binding has no poller.
 * Must not: touch anything else of a port.
 */
import type { SerialPort } from 'serialport';

/** Bits of the poller. */
const READABLE = 1;
const WRITABLE = 2;

interface Poller {
  poll(events: number): void;
  listenerCount(event: 'readable' | 'writable'): number;
}

/** To be called once for each port, when it is open. */
export function waitForBoth(port: SerialPort): void {
  const poller = (port.port as { readonly poller?: Poller } | undefined)?.poller;
  if (poller === undefined) return;
  const poll = poller.poll.bind(poller);
  poller.poll = (events) => {
    const reads = poller.listenerCount('readable') > 0 ? READABLE : 0;
    const writes = poller.listenerCount('writable') > 0 ? WRITABLE : 0;
    poll(events | reads | writes);
  };
}
