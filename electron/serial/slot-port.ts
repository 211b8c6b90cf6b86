/**
 * The port of a slot: by a path that somebody named, or by its place on the bus. A place keeps its slot when the system
 * gives its port another name.
 * Must not: open what happens to carry the old name now, where the place is known.
 */
import { lstat, realpath } from 'node:fs/promises';
import { StationError } from '../domain/errors.ts';
import { isLineFile } from '../domain/line-file.ts';
import type { SlotPort } from '../station/ports.ts';
import { createPresence, type PortPresence } from './presence.ts';
import { openSerialLink } from './serial-link.ts';
import { createLineSlot } from './socket-link.ts';

const COM_NAME = /^COM\d+$/i;

/**
 * A slot named by a path. A symbolic link is followed anew each time, so it may be pointed elsewhere; a USB port is
 * recognised by its place from the first time that it was seen there. A file of an emulated unit's line is one too.
 */
export function createPathSlot(path: string, presence: PortPresence = createPresence()): SlotPort {
  if (COM_NAME.test(path)) return createComSlot(path, presence);
  if (isLineFile(path)) return createLineSlot(path);
  /** The port that the path led to, and its place where it is a USB port. */
  let seen: { readonly real: string; readonly chain: string | undefined } | undefined;

  async function locate(): Promise<string | undefined> {
    const isKnownPlace = seen?.chain !== undefined && !(await isLink(path));
    const real = isKnownPlace ? undefined : await realpath(path).catch(() => undefined);
    if (real !== undefined) {
      // Asked once for each port: it is cheap on Linux only.
      if (seen?.real !== real) seen = { real, chain: await chainAt(real, presence) };
      return real;
    }
    return seen?.chain === undefined ? undefined : pathOf(seen.chain, presence);
  }

  return slotPort(path, locate);
}

/** Windows: no file stands for a port. One that was never listed, as modems are not, may exist all the same. */
function createComSlot(name: string, presence: Pick<PortPresence, 'scan'>): SlotPort {
  let wasListed = false;
  return slotPort(name, async () => {
    const ports = await presence.scan().catch(() => []);
    const isListed = ports.some((port) => port.path.toUpperCase() === name.toUpperCase());
    wasListed ||= isListed;
    return isListed || !wasListed ? name : undefined;
  });
}

/** A slot bound to a place on the bus. */
export function createChainSlot(
  name: string,
  chain: string,
  presence: PortPresence = createPresence(),
): SlotPort {
  return slotPort(name, () => pathOf(chain, presence));
}

function slotPort(name: string, locate: () => Promise<string | undefined>): SlotPort {
  return {
    name,
    locate,
    async open(baudRate, signal) {
      const at = await locate();
      if (at === undefined) throw new StationError('PORT_NOT_FOUND', { port: name });
      return openSerialLink({ path: at, name, baudRate }, signal);
    },
  };
}

async function chainAt(path: string, presence: PortPresence): Promise<string | undefined> {
  const chain = (await presence.at(path).catch(() => undefined))?.chain;
  return chain?.startsWith('usb') ? chain : undefined;
}

async function pathOf(chain: string, presence: PortPresence): Promise<string | undefined> {
  const ports = await presence.scan().catch(() => []);
  return ports.find((port) => port.chain === chain)?.path;
}

async function isLink(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isSymbolicLink() ?? false;
}
