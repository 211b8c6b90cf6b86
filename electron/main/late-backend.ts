/**
 * A backend that is there before its bench is, so that the window opens at once: until then the station is away.
 * Must not: queue; the page asks again when it is told that the station is there.
 */
import type { Push } from '../contract/envelope.ts';
import { refuse } from '../hosts/dispatcher.ts';
import type { Backend } from '../hosts/station-host.ts';

export interface LateBackend extends Backend {
  attach(backend: Backend): void;
}

export function createLateBackend(): LateBackend {
  const listeners = new Set<(push: Push) => void>();
  let attached: Backend | undefined;
  return {
    request: (request) =>
      attached?.request(request) ??
      Promise.resolve(refuse(request.id, { code: 'STATION_AWAY', evidence: {} })),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    attach(backend) {
      attached = backend;
      backend.subscribe((push) => {
        for (const listener of listeners) listener(push);
      });
    },
  };
}
