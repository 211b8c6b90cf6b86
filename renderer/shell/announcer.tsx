/**
 * Tells a screen reader how runs ended. Must not: tell percents or phases; a voice that never stops is not heard.
 */
import { useEffect, useState } from 'react';
import type { SlotView } from '../../electron/contract/views.ts';
import { faceOf } from '../board/tile-face.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useStationParts } from '../station-context.tsx';

const RESULTS: readonly SlotView['state']['kind'][] = ['passed', 'failed', 'done-before'];

/** The slots whose run has ended between two pictures. */
export function newResults(
  before: ReadonlyMap<string, SlotView>,
  after: readonly SlotView[],
): readonly SlotView[] {
  return after.filter((slot) => {
    const was = before.get(slot.slotId)?.state.kind;
    return was !== undefined && was !== slot.state.kind && RESULTS.includes(slot.state.kind);
  });
}

export function Announcer() {
  const { store } = useStationParts();
  const { text, language } = useLanguage();
  const [said, setSaid] = useState('');
  useEffect(() => {
    let before = bySlot(store.view()?.slots ?? []);
    return store.subscribe(() => {
      const slots = store.view()?.slots ?? [];
      const results = newResults(before, slots);
      before = bySlot(slots);
      if (results.length === 0) return;
      const sentences = results.map(({ number, state }) => {
        const failure = state.kind === 'failed' ? state.failure : undefined;
        const rest =
          failure === undefined
            ? ''
            : `${text(`blame.${failure.blame}`)}. ${errorText(language, failure.code, failure.evidence).todo}`;
        return text('board.announce', { number, word: text(faceOf(state).word), rest });
      });
      setSaid(sentences.join(' '));
    });
  }, [store, text, language]);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {said}
    </div>
  );
}

function bySlot(slots: readonly SlotView[]): ReadonlyMap<string, SlotView> {
  return new Map(slots.map((slot) => [slot.slotId, slot]));
}
