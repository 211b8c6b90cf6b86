/**
 * A station in memory: answers the contract's commands from fixtures and lets a test push frames.
 * Must not: be part of the product.
 */
import type { CommandName, Commands, Frame } from '../../../electron/contract/api.ts';
import type { Push, Reply, Request, Transport } from '../../../electron/contract/envelope.ts';
import type { StationView } from '../../../electron/contract/views.ts';

type Handler<K extends CommandName> = (input: Commands[K]['input']) => Commands[K]['output'];
export type Handlers = { readonly [K in CommandName]?: Handler<K> };

export interface MemoryTransport extends Transport {
  /** Every command that came, in order. */
  readonly asked: Omit<Request, 'id'>[];
  push(push: Push): void;
  /** A frame with the next revision; the snapshot that is answered from now on includes it. */
  frame(change: Omit<Frame, 'revision'>): void;
  /** While away, every request ends as STATION_AWAY. */
  setAway(isAway: boolean): void;
}

export function memoryTransport(start: StationView, handlers: Handlers = {}): MemoryTransport {
  const listeners = new Set<(push: Push) => void>();
  const asked: Omit<Request, 'id'>[] = [];
  let view = start;
  let isAway = false;
  const push = (message: Push) => {
    for (const listener of listeners) listener(message);
  };
  return {
    asked,
    push,
    frame(change) {
      const frame: Frame = { ...change, revision: view.revision + 1 };
      const byId = new Map(view.slots.map((slot) => [slot.slotId, slot]));
      for (const slot of frame.slots ?? []) byId.set(slot.slotId, slot);
      const { order: before, ...rest } = { ...view, ...frame.view };
      const order = frame.order === undefined ? before : (frame.order ?? undefined);
      view = {
        ...rest,
        ...(order === undefined ? {} : { order }),
        slots: [...byId.values()],
        revision: frame.revision,
      };
      push({ push: 'frame', frame });
    },
    setAway(next) {
      isAway = next;
      push({ push: next ? 'station-away' : 'station-back' });
    },
    request(request): Promise<Reply> {
      asked.push(request);
      if (isAway) return Promise.resolve({ id: 0, ok: false, error: { code: 'STATION_AWAY', evidence: {} } });
      if (request.command === 'station.snapshot') return Promise.resolve({ id: 0, ok: true, output: view });
      const handler = handlers[request.command] as ((input: unknown) => unknown) | undefined;
      const output = handler?.(request.input) ?? null;
      return Promise.resolve({ id: 0, ok: true, output });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
