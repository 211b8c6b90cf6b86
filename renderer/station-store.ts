/**
 * The picture of the station: one snapshot, then frames in the order of their revisions; a gap means a new snapshot.
 * Each slot is heard by itself, so that one tile draws alone. Must not: guess; what was lost is asked for again.
 */
import type { Frame } from '../electron/contract/api.ts';
import type { StationClient } from '../electron/contract/client.ts';
import type { Push } from '../electron/contract/envelope.ts';
import type { SlotView, StationView } from '../electron/contract/views.ts';

export type Link =
  /** No picture yet. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The picture is the last one, and not current. `since` is milliseconds of this computer's clock. */
  | { readonly kind: 'away'; readonly since: number };

export interface StationStore {
  link(): Link;
  /** undefined until the first snapshot. */
  view(): StationView | undefined;
  slot(slotId: string): SlotView | undefined;
  /** In the order of their numbers; the same array until a slot comes or goes. */
  slotIds(): readonly string[];
  /** Called after every change of anything. */
  subscribe(listener: () => void): () => void;
  subscribeSlot(slotId: string, listener: () => void): () => void;
  /** Starts hearing the station; the function returned ends it. */
  start(): () => void;
}

/** How long to wait before a snapshot that failed is asked for again. */
const RETRY_MS = 1000;

export function createStationStore(client: StationClient, now: () => number = Date.now): StationStore {
  const listeners = new Set<() => void>();
  const slotListeners = new Map<string, Set<() => void>>();
  let link: Link = { kind: 'connecting' };
  let view: StationView | undefined;
  let slots = new Map<string, SlotView>();
  let ids: readonly string[] = [];
  let early: Frame[] = [];
  /** The number of the snapshot asked for last, and of the one that came: an answer to an earlier question is dropped. */
  let asked = 0;
  let answered = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (changed: Iterable<string>) => {
    for (const id of changed) for (const listener of slotListeners.get(id) ?? []) listener();
    for (const listener of listeners) listener();
  };

  const setSlots = (next: Map<string, SlotView>) => {
    const isSame = next.size === slots.size && ids.every((id) => next.has(id));
    slots = next;
    if (!isSame) ids = [...next.values()].sort((a, b) => a.number - b.number).map((slot) => slot.slotId);
  };

  const apply = (frame: Frame) => {
    if (view === undefined) return;
    const { order: _order, ...rest } = view;
    const order = frame.order === undefined ? view.order : (frame.order ?? undefined);
    const changed = frame.slots ?? [];
    if (changed.length > 0) {
      const next = new Map(slots);
      for (const slot of changed) next.set(slot.slotId, slot);
      setSlots(next);
    }
    view = {
      ...rest,
      ...frame.view,
      ...(order === undefined ? {} : { order }),
      revision: frame.revision,
      slots: changed.length > 0 ? [...slots.values()] : view.slots,
    };
    tell(changed.map((slot) => slot.slotId));
  };

  const take = async () => {
    clearTimeout(timer);
    const mine = ++asked;
    early = [];
    const answer = await client.call('station.snapshot', {});
    if (mine !== asked) return;
    answered = mine;
    if (!answer.ok) {
      timer = setTimeout(() => void take(), RETRY_MS);
      return;
    }
    const before = new Set(slots.keys());
    view = answer.output;
    setSlots(new Map(view.slots.map((slot) => [slot.slotId, slot])));
    link = { kind: 'live' };
    tell(new Set([...before, ...slots.keys()]));
    const waiting = early;
    early = [];
    for (const frame of waiting) onFrame(frame);
  };

  const onFrame = (frame: Frame) => {
    if (asked !== answered) {
      early.push(frame);
      return;
    }
    if (view === undefined || link.kind !== 'live' || frame.revision <= view.revision) return;
    if (frame.revision === view.revision + 1) apply(frame);
    else void take();
  };

  const onPush = (push: Push) => {
    switch (push.push) {
      case 'frame':
        return onFrame(push.frame);
      case 'station-away':
        if (link.kind === 'live') {
          link = { kind: 'away', since: now() };
          timer = setTimeout(() => void take(), RETRY_MS);
          tell([]);
        }
        return;
      case 'station-back':
        return void take();
    }
  };

  return {
    link: () => link,
    view: () => view,
    slot: (slotId) => slots.get(slotId),
    slotIds: () => ids,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeSlot(slotId, listener) {
      const set = slotListeners.get(slotId) ?? new Set();
      slotListeners.set(slotId, set.add(listener));
      return () => set.delete(listener);
    },
    start() {
      const stop = client.subscribe(onPush);
      void take();
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}
