/**
 * Which serial ports are there now, and at which fixed place each of them is. One interface for all systems; on Linux
 * from sysfs, elsewhere from serialport's list.
 * Must not: take a name such as ttyUSB0 or COM7 for a place; names are given in the order of plugging.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { chainOf } from './port-chain.ts';

export interface PresentPort {
  /** Where it can be opened now, such as `/dev/ttyUSB0`. */
  readonly path: string;
  /** The place: the same as long as the unit is plugged in there. Undefined where the system does not tell. */
  readonly chain: string | undefined;
}

export interface PortPresence {
  scan(): Promise<readonly PresentPort[]>;
  /** The port that can be opened at this path; cheaper than a scan where the system can be asked for one. */
  at(path: string): Promise<PresentPort | undefined>;
}

/** The presence of this system. */
export function createPresence(): PortPresence {
  return process.platform === 'linux' ? shared(createSysfsPresence()) : createListPresence();
}

/** Sixty-four slots that ask within this time share one scan. */
const SCAN_AGE_MS = 50;

function shared(presence: PortPresence): PortPresence {
  let last: { readonly at: number; readonly ports: Promise<readonly PresentPort[]> } | undefined;
  return {
    scan() {
      const now = performance.now();
      if (last === undefined || now - last.at > SCAN_AGE_MS) last = { at: now, ports: presence.scan() };
      return last.ports;
    },
    at: (path) => presence.at(path),
  };
}

/** Linux. The roots are for tests. A scan takes about two milliseconds. */
export function createSysfsPresence({ sys = '/sys', dev = '/dev' } = {}): PortPresence {
  const root = join(sys, 'class/tty');

  async function look(name: string): Promise<PresentPort | undefined> {
    const device = await realpath(join(root, name)).catch(() => undefined);
    if (device === undefined || device.includes('/devices/virtual/')) return undefined;
    if (!(await isConnected(device))) return undefined;
    const chain = await chainOf(device, sys);
    return { path: join(dev, name), chain };
  }

  return {
    async scan() {
      const names = await readdir(root).catch(() => []);
      const found = await Promise.all(names.map(look));
      return found.filter((port) => port !== undefined);
    },
    // A pseudo-terminal, in a folder of its own, is in no class of ports.
    at: async (path) => (dirname(path) === dev ? look(basename(path)) : undefined),
  };
}

/** Boards announce more UARTs than they have; type 0 is one that is not there. */
async function isConnected(device: string): Promise<boolean> {
  if (!basename(device).startsWith('ttyS')) return true;
  const type = await readFile(join(device, 'type'), 'utf8').catch(() => '0');
  return type.trim() !== '0';
}

/** Listing takes long, and leaks a little on Windows: it is not repeated within this time. */
const LIST_AGE_MS = 1000;

/** Windows and macOS. */
function createListPresence(): PortPresence {
  let listed: { readonly at: number; readonly ports: Promise<readonly PresentPort[]> } | undefined;

  async function list(): Promise<readonly PresentPort[]> {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports.map(({ path, locationId }) => ({ path, chain: chainOfLocation(locationId) }));
  }

  return {
    scan() {
      const now = performance.now();
      if (listed === undefined || now - listed.at > LIST_AGE_MS) listed = { at: now, ports: list() };
      return listed.ports;
    },
    async at(path) {
      return (await this.scan()).find((port) => port.path === path);
    },
  };
}

/** macOS gives a path through the hubs. What Windows gives counts hubs as they come, and is no place. */
function chainOfLocation(locationId: string | undefined): string | undefined {
  return process.platform === 'darwin' && locationId !== undefined ? `usb:${locationId}` : undefined;
}
