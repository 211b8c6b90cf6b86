/**
 * Lines as they are sent, and the look ahead at all of a sequence's: a console drops what is too long for it without a word,
 * so a line that does not fit must stop the sequence before its first byte.
 */
import { StationError } from '../../domain/errors.ts';
import type { CompiledProfile, CompiledStep } from './compiled.ts';
import { Unfit } from './encoders.ts';
import { evidenceOf, type Place } from './failures.ts';
import type { SequenceName } from './profile-schema.ts';
import { type Knowledge, NO_LOCALS, scopeOf, turnsOf } from './scope.ts';
import { type Rendered, render, resolve, type Scope, Unknown } from './template.ts';

const SOME_MARK = '00000000';

/** Throws PROFILE_UNFIT where a value cannot stand in the line, or the line is longer than the console takes. */
export function lineOf(
  { source }: CompiledProfile,
  place: Place,
  { send = [], eol }: Pick<CompiledStep, 'send' | 'eol'>,
  scope: Scope,
  hideForm: (form: Uint8Array) => void,
): Rendered {
  const { bytes, shown } = fitting(place, () => render(send, scope, hideForm));
  const length = bytes.length + eol.length;
  const { maxLine } = source.link;
  if (length > maxLine) throw unfit(place, { reason: 'line too long', bytes: length, most: maxLine });
  return { bytes: Buffer.concat([bytes, Buffer.from(eol)]), shown };
}

/** Throws PROFILE_UNFIT. What is only known once the unit has said it is looked at when its line is sent. */
export function checkLines(profile: CompiledProfile, sequence: SequenceName, knowledge: Knowledge): void {
  const check = (step: CompiledStep, scope: Scope) => {
    const place = { sequence, step: step.id };
    const look = (make: () => unknown) => {
      try {
        fitting(place, make);
      } catch (thrown) {
        if (!isKnownLater(thrown)) throw thrown;
      }
    };
    const { send, payload, expect, asserts } = step;
    if (send !== undefined) look(() => lineOf(profile, place, step, scope, () => {}));
    if (payload !== undefined) look(() => resolve(payload, scope));
    for (const { looksFor } of expect) {
      if (looksFor.kind === 'lit') look(() => render(looksFor.template, scope, () => {}));
    }
    for (const { value } of asserts) look(() => resolve(value, scope));
  };
  for (const item of profile.sequences[sequence] ?? []) {
    if (item.kind === 'step') {
      check(item, scopeOf(knowledge, NO_LOCALS, SOME_MARK));
      continue;
    }
    const place = { sequence, step: item.steps[0]?.id ?? '' };
    for (const locals of fitting(place, () => turnsOf(item, knowledge))) {
      for (const step of item.steps) check(step, scopeOf(knowledge, locals, SOME_MARK));
    }
  }
}

/** What `make` gives; where a value does not fit or has none, PROFILE_UNFIT. */
export function fitting<T>(place: Place, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof Unfit) throw unfit(place, { reason: thrown.reason });
    if (thrown instanceof Unknown) throw unfit(place, { reason: 'no value', name: thrown.valueName });
    throw thrown;
  }
}

function unfit(place: Place, evidence: Record<string, string | number>): StationError {
  return new StationError('PROFILE_UNFIT', { ...evidenceOf(place), ...evidence });
}

/** A value of the record that is not there now never will be. */
function isKnownLater(thrown: unknown): boolean {
  if (!(thrown instanceof StationError) || thrown.evidence.reason !== 'no value') return false;
  return !String(thrown.evidence.name).startsWith('field.');
}
