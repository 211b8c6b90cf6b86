/**
 * Gives components the station: its client for commands, its store for what is shown.
 * Must not: hold a copy; each hook reads the store and draws again only when its own part has changed.
 */
import { createContext, type ReactNode, useCallback, useContext, useRef, useSyncExternalStore } from 'react';
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

/**
 * A slot that stays the same object while it shows the same: news of a phase that merely goes on, and the same slot
 * said twice, draw nothing. Its percent and share are out of date; the parts that show them listen by themselves.
 */
export function useSlotAtRest(slotId: string): SlotView | undefined {
  const { store } = useStationParts();
  const last = useRef<SlotView>(undefined);
  const subscribe = useCallback(
    (listener: () => void) => store.subscribeSlot(slotId, listener),
    [store, slotId],
  );
  return useSyncExternalStore(subscribe, () => {
    const next = store.slot(slotId);
    if (!isShownAlike(last.current, next)) last.current = next;
    return last.current;
  });
}

/** Whether two views of a slot show the same, progress aside. */
export function isShownAlike(a: SlotView | undefined, b: SlotView | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return (
    a.number === b.number &&
    a.port === b.port &&
    a.state.kind === b.state.kind &&
    momentOf(a.state) === momentOf(b.state) &&
    unitOf(a.state) === unitOf(b.state)
  );
}

/** What tells one stay in a state from the next. */
function momentOf(state: SlotView['state']): string | undefined {
  if (state.kind === 'running') return state.awaitsCloud ? `${state.phase}, waiting` : state.phase;
  return 'at' in state ? state.at : undefined;
}

function unitOf(state: SlotView['state']): string | undefined {
  return 'unit' in state ? state.unit?.hardwareId : undefined;
}
