/**
 * Gives components the station: its client for commands, its store for what is shown.
 * Must not: hold a copy; each hook reads the store and draws again only when its own part has changed.
 */
import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react';
import type { StationClient } from '../electron/contract/client.ts';
import type { SlotView, StationView } from '../electron/contract/views.ts';
import type { Link, StationStore } from './station-store.ts';

interface Station {
  readonly client: StationClient;
  readonly store: StationStore;
}

const StationContext = createContext<Station | undefined>(undefined);

export function StationProvider(props: Station & { readonly children: ReactNode }) {
  const { client, store, children } = props;
  return <StationContext value={{ client, store }}>{children}</StationContext>;
}

export function useStationParts(): Station {
  const station = useContext(StationContext);
  if (station === undefined) throw new Error('no station is provided');
  return station;
}

export function useClient(): StationClient {
  return useStationParts().client;
}

export function useLink(): Link {
  const { store } = useStationParts();
  return useSyncExternalStore(store.subscribe, store.link);
}

/** One part of the view; `select` must return what is in the view, or a primitive. */
export function useView<T>(select: (view: StationView) => T): T | undefined {
  const { store } = useStationParts();
  return useSyncExternalStore(store.subscribe, () => {
    const view = store.view();
    return view === undefined ? undefined : select(view);
  });
}

export function useSlotIds(): readonly string[] {
  const { store } = useStationParts();
  return useSyncExternalStore(store.subscribe, store.slotIds);
}

export function useSlot(slotId: string): SlotView | undefined {
  const { store } = useStationParts();
  // A new function would make React subscribe anew at every drawing.
  const subscribe = useCallback(
    (listener: () => void) => store.subscribeSlot(slotId, listener),
    [store, slotId],
  );
  return useSyncExternalStore(subscribe, () => store.slot(slotId));
}
