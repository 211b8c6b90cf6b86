/**
 * Asks for a slot's details while its panel is open: once a second, and at once when the tile has changed its word.
 * Must not: ask again before the answer to the last question is there.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SlotDetailsView, SlotView } from '../../electron/contract/views.ts';
import { useClient } from '../station-context.tsx';

const EVERY_MS = 1000;

export function useSlotDetails(slotId: string, slot: SlotView | undefined) {
  const client = useClient();
  const [details, setDetails] = useState<SlotDetailsView>();
  const isAsking = useRef(false);
  const load = useCallback(async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    const answer = await client.call('slot.details', { slotId });
    isAsking.current = false;
    if (answer.ok && answer.output !== null) setDetails(answer.output);
  }, [client, slotId]);

  const kind = slot?.state.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the kind alone is a reason to ask at once.
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => clearInterval(timer);
  }, [load, kind]);

  return { details, reload: () => void load() };
}
