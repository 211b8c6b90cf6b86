/**
 * Ports that come and go, by their places: what a bench needs to show a unit as soon as it is plugged in.
 * Must not: scan faster than a system bears; listing costs milliseconds from sysfs, and a third of a second elsewhere.
 */
import type { PortPresence, PresentPort } from './presence.ts';

export interface PortChange {
  readonly appeared: readonly PresentPort[];
  readonly vanished: readonly PresentPort[];
}

const LINUX_EVERY_MS = 300;
const LIST_EVERY_MS = 1000;

/**
 * Calls `onChange` with what is there at first, and then with each difference, until the signal aborts; resolves then.
 * A port that kept its place but got another name vanished and appeared. A scan that fails changes nothing.
 */
export async function watchPorts(
  presence: PortPresence,
  onChange: (change: PortChange) => void,
  signal: AbortSignal,
  everyMs: number = process.platform === 'linux' ? LINUX_EVERY_MS : LIST_EVERY_MS,
): Promise<void> {
  let before: ReadonlyMap<string, PresentPort> = new Map();
  while (!signal.aborted) {
    const ports = await presence.scan().catch(() => undefined);
    if (ports !== undefined && !signal.aborted) {
      const now = new Map(ports.map((port) => [`${port.chain ?? ''} ${port.path}`, port]));
      const appeared = [...now].filter(([key]) => !before.has(key)).map(([, port]) => port);
      const vanished = [...before].filter(([key]) => !now.has(key)).map(([, port]) => port);
      before = now;
      if (appeared.length + vanished.length > 0) onChange({ appeared, vanished });
    }
    await pause(everyMs, signal);
  }
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
