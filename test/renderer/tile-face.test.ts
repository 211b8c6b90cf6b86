/** The one word and the one form of every state, as the board's table has them. */
import { describe, expect, it } from 'vitest';
import type { FailureView, SlotStateView } from '../../electron/contract/views.ts';
import { ERRORS, type ErrorCode, errorRow } from '../../electron/domain/errors.ts';
import { PHASES } from '../../electron/domain/run.ts';
import { faceOf, hintOf, invitationOf } from '../../renderer/board/tile-face.ts';
import {
  doneBeforeState,
  failedState,
  failureView,
  orderView,
  passedState,
  runningState,
} from '../support/snapshots.ts';

const failed = (change: Partial<FailureView>) => failedState(1, failureView('PORT_LOST', change));

const access = { source: 'sealed', canSeal: true } as const;
const wants = (remaining: number) => invitationOf({ access, order: orderView({ remaining }) });

describe('the word of a tile', () => {
  it.each<[string, SlotStateView, string, string]>([
    ['empty', { kind: 'empty' }, 'word.empty', 'empty'],
    ['waiting', { kind: 'ready' }, 'word.ready', 'ready'],
    ['passed', passedState(1), 'word.passed', 'passed'],
    ['done before', doneBeforeState(1), 'word.done-before', 'done'],
    ['set aside', { kind: 'off' }, 'word.off', 'off'],
    ['held', failed({ isHeld: true, outcome: 'ERROR' }), 'word.decide', 'decide'],
    ['held, in doubt', failed({ isHeld: true, isInDoubt: true }), 'word.decide', 'decide'],
    ['held, a fault of the unit', failed({ isHeld: true, outcome: 'FAIL' }), 'word.decide', 'decide'],
    ['a fault of the unit', failed({ outcome: 'FAIL' }), 'word.fail', 'bad'],
    ['a fault of the unit, in doubt', failed({ outcome: 'FAIL', isInDoubt: true }), 'word.fail', 'bad'],
    ['an error, in doubt', failed({ outcome: 'ERROR', isInDoubt: true }), 'word.in-doubt', 'doubt'],
    ['a timeout, in doubt', failed({ outcome: 'TIMEOUT', isInDoubt: true }), 'word.in-doubt', 'doubt'],
    ['an error', failed({ outcome: 'ERROR' }), 'word.stopped', 'bad'],
    ['a timeout', failed({ outcome: 'TIMEOUT' }), 'word.stopped', 'bad'],
    ['stopped by hand', failed({ outcome: 'ABORTED' }), 'word.stopped', 'bad'],
  ])('of a slot that is %s', (_name, state, word, form) => {
    expect(faceOf(state)).toEqual({ word, form });
  });

  it.each(PHASES)('of a unit at work is its phase: %s', (phase) => {
    expect(faceOf(runningState(1, phase, 0.5))).toEqual({ word: `word.${phase}`, form: 'running' });
  });

  it('says to leave the unit in where the cloud keeps it waiting', () => {
    const running = runningState(1, 'register', 0.5);
    expect(hintOf(running, 'unit', true)).toBeUndefined();
    expect(hintOf({ ...running, awaitsCloud: true }, 'unit', true)).toBe('hint.awaits-cloud');
  });

  it('is that of an empty slot where the order has all its units: it must not ask for one more', () => {
    expect(faceOf({ kind: 'ready' }, wants(0))).toEqual({ word: 'word.empty', form: 'empty' });
    expect(hintOf({ kind: 'ready' }, wants(0), true)).toBe('hint.complete');
    expect(hintOf({ kind: 'empty' }, wants(0), true)).toBe('hint.complete');
    expect(faceOf({ kind: 'ready' }, wants(1))).toEqual({ word: 'word.ready', form: 'ready' });
    expect(hintOf({ kind: 'ready' }, wants(1), true)).toBe('hint.ready');
  });

  it('is that of an empty slot while there is no AccessKey, order or not: a unit put in could get nothing', () => {
    const missing = { source: 'missing', canSeal: true } as const;
    for (const order of [{}, { order: orderView() }]) {
      const invitation = invitationOf({ access: missing, ...order });
      for (const state of [{ kind: 'ready' }, { kind: 'empty' }] as const) {
        expect(faceOf(state, invitation)).toEqual({ word: 'word.empty', form: 'empty' });
        expect(hintOf(state, invitation, true)).toBe('hint.no-key');
      }
    }
  });

  it('is never PASS for any error code, in doubt or not', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      for (const isInDoubt of [false, true]) {
        const { form } = faceOf(failedState(1, failureView(code, { isInDoubt })));
        expect(['bad', 'decide', 'doubt'], code).toContain(form);
        if (errorRow(code).held === true) expect(form, code).toBe('decide');
      }
    }
  });
});
