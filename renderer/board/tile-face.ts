/**
 * The one word and the one form that a slot's state has, and what a slot without a fault invites to. Must not: know a
 * language, a colour or a size.
 *
 * The word of a failure: a person must decide → DECIDE; else the unit's fault → FAIL; else not known → IN DOUBT;
 * else STOPPED.
 */
import type { SlotStateView, StationView } from '../../electron/contract/views.ts';
import type { TextKey } from '../i18n/catalogue.ts';

export type WordKey = Extract<TextKey, `word.${string}`>;

/** How a tile is drawn; each one differs in outline, fill or hatching, so that grey is enough. */
export type Form = 'empty' | 'ready' | 'running' | 'passed' | 'done' | 'bad' | 'decide' | 'doubt' | 'off';

export interface Face {
  readonly word: WordKey;
  readonly form: Form;
}

type HintKey =
  | 'hint.no-port'
  | 'hint.no-order'
  | 'hint.no-key'
  | 'hint.ready'
  | 'hint.complete'
  | 'hint.passed'
  | 'hint.off'
  | 'hint.awaits-cloud';

/** What a waiting or empty slot may invite to. */
export type Invitation = 'unit' | 'order' | 'complete' | 'key';

/** Without an AccessKey no unit can get anything, whatever the order: an engineer comes first. */
export function invitationOf(view: Pick<StationView, 'order' | 'access'> | undefined): Invitation {
  if (view?.access.source === 'missing') return 'key';
  const remaining = view?.order?.remaining;
  if (remaining === undefined) return 'order';
  return remaining === 0 ? 'complete' : 'unit';
}

const HINTS = {
  unit: 'hint.ready',
  order: 'hint.no-order',
  complete: 'hint.complete',
  key: 'hint.no-key',
} as const satisfies Record<Invitation, HintKey>;

/** What to do with a slot that has no fault; at work, only where it keeps somebody waiting. */
export function hintOf(state: SlotStateView, invitation: Invitation, hasPort: boolean): HintKey | undefined {
  switch (state.kind) {
    case 'empty':
      if (invitation === 'unit' || !hasPort) return 'hint.no-port';
      return HINTS[invitation];
    case 'ready':
      return invitation === 'order' ? 'hint.ready' : HINTS[invitation];
    case 'passed':
    case 'done-before':
      return 'hint.passed';
    case 'off':
      return 'hint.off';
    case 'running':
      return state.awaitsCloud ? 'hint.awaits-cloud' : undefined;
    case 'failed':
      return undefined;
  }
}

/** A slot that waits when no unit can be done would ask for one that the station must refuse: it is empty. */
export function faceOf(state: SlotStateView, invitation: Invitation = 'unit'): Face {
  switch (state.kind) {
    case 'empty':
      return { word: 'word.empty', form: 'empty' };
    case 'ready':
      if (invitation === 'complete' || invitation === 'key') return { word: 'word.empty', form: 'empty' };
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
