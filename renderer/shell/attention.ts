/**
 * What needs somebody: the station's own troubles first, then the slots, oldest first.
 * Must not: make a new list when nothing in it has changed; the strip draws by it.
 */
import { useRef, useSyncExternalStore } from 'react';
import type { SlotView, StationView } from '../../electron/contract/views.ts';
import { isShownAlike, useStationParts } from '../station-context.tsx';

export type StationTrouble = 'key' | 'ledger' | 'cloud-away' | 'cloud-paused';

export interface Attention {
  readonly troubles: readonly StationTrouble[];
  readonly slots: readonly SlotView[];
}

const NOTHING: Attention = { troubles: [], slots: [] };

export function attentionOf(view: StationView | undefined): Attention {
  if (view === undefined) return NOTHING;
  const slots = view.slots
    .filter((slot) => slot.state.kind === 'failed')
    .sort((a, b) => atOf(a).localeCompare(atOf(b)) || a.number - b.number);
  return { troubles: troublesOf(view), slots };
}

export function useAttention(): Attention {
  const { store } = useStationParts();
  const last = useRef(NOTHING);
  return useSyncExternalStore(store.subscribe, () => {
    const next = attentionOf(store.view());
    if (!isSame(last.current, next)) last.current = next;
    return last.current;
  });
}

function troublesOf(view: StationView): readonly StationTrouble[] {
  const { foot, access } = view;
  const found: StationTrouble[] = [];
  if (foot.ledger.state === 'failed') found.push('ledger');
  if (access.source === 'missing') found.push('key');
  if (foot.cloud.state === 'away') found.push('cloud-away');
  if (foot.cloud.state === 'paused') found.push('cloud-paused');
  return found;
}

function atOf(slot: SlotView): string {
  return slot.state.kind === 'failed' ? slot.state.at : '';
}

function isSame(a: Attention, b: Attention): boolean {
  return (
    a.troubles.join() === b.troubles.join() &&
    a.slots.length === b.slots.length &&
    a.slots.every((slot, index) => isShownAlike(slot, b.slots[index]))
  );
}
