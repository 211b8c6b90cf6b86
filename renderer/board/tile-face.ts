/**
 * The one word and the one form that a slot's state has. Must not: know a language, a colour or a size.
 *
 * The word of a failure: a person must decide → DECIDE; else the unit's fault → FAIL; else not known → IN DOUBT;
 * else STOPPED.
 */
import type { SlotStateView } from '../../electron/contract/views.ts';
import type { TextKey } from '../i18n/catalogue.ts';

export type WordKey = Extract<TextKey, `word.${string}`>;

/** How a tile is drawn; each one differs in outline, fill or hatching, so that grey is enough. */
export type Form = 'empty' | 'ready' | 'running' | 'passed' | 'done' | 'bad' | 'decide' | 'doubt' | 'off';

export interface Face {
  readonly word: WordKey;
  readonly form: Form;
}

export function faceOf(state: SlotStateView): Face {
  switch (state.kind) {
    case 'empty':
      return { word: 'word.empty', form: 'empty' };
    case 'ready':
      return { word: 'word.ready', form: 'ready' };
    case 'running':
      return { word: `word.${state.phase}`, form: 'running' };
    case 'passed':
      return { word: 'word.passed', form: 'passed' };
    case 'done-before':
      return { word: 'word.done-before', form: 'done' };
    case 'off':
      return { word: 'word.off', form: 'off' };
    case 'failed': {
      const { isHeld, isInDoubt, outcome } = state.failure;
      if (isHeld) return { word: 'word.decide', form: 'decide' };
      if (outcome === 'FAIL') return { word: 'word.fail', form: 'bad' };
      if (isInDoubt) return { word: 'word.in-doubt', form: 'doubt' };
      return { word: 'word.stopped', form: 'bad' };
    }
  }
}
