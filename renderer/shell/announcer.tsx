/**
 * Tells a screen reader how runs ended: one sentence for a unit, one for all of a kind where many end together.
 * Must not: tell percents or phases; a voice that never stops is not heard.
 */
import { useEffect, useRef, useState } from 'react';
import type { SlotView } from '../../electron/contract/views.ts';
import { faceOf, type WordKey } from '../board/tile-face.ts';
import type { Translate } from '../i18n/catalogue.ts';
import { errorText } from '../i18n/error-text.ts';
import { type Language, useLanguage } from '../i18n/language.tsx';
import { useStationParts } from '../station-context.tsx';

/** What ends within so many milliseconds is told together. */
const GATHER_MS = 1_000;
/** So many are told one by one, with what to do. */
const EACH_MAX = 3;

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
  const words = useRef({ text, language });
  words.current = { text, language };
  const [said, setSaid] = useState({ count: 0, words: '' });
  useEffect(() => {
    let before = bySlot(store.view()?.slots ?? []);
    let gathered = new Map<string, SlotView>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const told = sentences([...gathered.values()], words.current.text, words.current.language);
      gathered = new Map();
      timer = undefined;
      setSaid(({ count }) => ({ count: count + 1, words: told }));
    };
    const unsubscribe = store.subscribe(() => {
      const slots = store.view()?.slots ?? [];
      for (const slot of newResults(before, slots)) gathered.set(slot.slotId, slot);
      before = bySlot(slots);
      if (gathered.size > 0) timer ??= setTimeout(tell, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store]);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {/* A new element each time: the same words a second time are news again. */}
      {said.words !== '' && <span key={said.count}>{said.words}</span>}
    </div>
  );
}

function sentences(slots: readonly SlotView[], text: Translate, language: Language): string {
  if (slots.length <= EACH_MAX) return slots.map((slot) => sentence(slot, text, language)).join(' ');
  const numbers = new Map<WordKey, number[]>();
  for (const { number, state } of slots) {
    const { word } = faceOf(state);
    numbers.set(word, [...(numbers.get(word) ?? []), number]);
  }
  const parts = [...numbers].map(([word, all]) => {
    const [number = 0, ...more] = all.sort((a, b) => a - b);
    if (more.length === 0) return text('board.announce', { number, word: text(word) });
    const list = [number, ...more].join(', ');
    return text('board.announce-many', { word: text(word), numbers: list });
  });
  return parts.join(' ');
}

function sentence({ number, state }: SlotView, text: Translate, language: Language): string {
  const word = text(faceOf(state).word);
  if (state.kind !== 'failed') return text('board.announce', { number, word });
  const { blame, code, evidence } = state.failure;
  const { todo } = errorText(language, code, evidence);
  return text('board.announce-failed', { number, word, blame: text(`blame.${blame}`), todo });
}

function bySlot(slots: readonly SlotView[]): ReadonlyMap<string, SlotView> {
  return new Map(slots.map((slot) => [slot.slotId, slot]));
}
