/**
 * The bench's ports: those that a scan finds, by their place on the bus, and those that were named, by their path.
 * Must not: make a slot of a port whose place the system does not tell; it would wander.
 */
import { existsSync } from 'node:fs';
import { createPresence } from '../serial/presence.ts';
import { createChainSlot, createPathSlot } from '../serial/slot-port.ts';
import type { BenchPorts } from '../station/service-ports.ts';

/** A named port's place, told apart from a chain by this prefix. */
const NAMED = 'path:';

export function createBenchPorts(named: readonly string[], onlyNamed: boolean): BenchPorts {
  const presence = createPresence();
  return {
    async scan() {
      const found = onlyNamed ? [] : await presence.scan();
      const byPlace = found.flatMap(({ path, chain }) =>
        chain?.startsWith('usb') || (chain && process.platform !== 'linux') ? [{ place: chain, path }] : [],
      );
      const byName = named.filter((path) => existsSync(path)).map((path) => ({ place: NAMED + path, path }));
      return [...byPlace, ...byName];
    },
    slot(place, name) {
      if (!place.startsWith(NAMED)) return createChainSlot(name, place, presence);
      return { ...createPathSlot(place.slice(NAMED.length), presence), name };
    },
  };
}
