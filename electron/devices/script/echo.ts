/**
 * A console may give back what it is sent. Whatever a step takes for an answer must not stand in the line that it has just sent, or
 * the line would answer itself: a restart that never was, a value that was never kept.
 * Must not: rely on a profile's having switched the echo off; the unit may have switched it on again.
 */
import { markedPattern } from './compile.ts';
import type { CompiledProfile, CompiledStep, LooksFor } from './compiled.ts';
import { Unfit } from './encoders.ts';
import { noiseLine } from './ignoring.ts';
import { find, type Matcher, pattern } from './matching.ts';
import type { SequenceName } from './profile-schema.ts';
import { type Knowledge, NO_LOCALS, scopeOf, turnsOf } from './scope.ts';
import { render, resolve, type Scope, type Template, Unknown } from './template.ts';

const SOME_MARK = '00000000';
/** Stands for a value that nobody knows yet: it could be a word, a number, or hexadecimal. */
const SOMETHING = '0';

/** Ids of the steps of a sequence that would take their own line for the answer to it. */
export function answeredByEcho(
  profile: CompiledProfile,
  sequence: SequenceName,
  knowledge: Knowledge,
): string[] {
  const found = new Set<string>();
  const look = (step: CompiledStep, scope: Scope) => {
    if (answersItself(profile, step, scope)) found.add(step.id);
  };
  for (const item of profile.sequences[sequence] ?? []) {
    if (item.kind === 'step') look(item, scopeOf(knowledge, NO_LOCALS, SOME_MARK));
    else {
      for (const locals of turnsOf(item, knowledge)) {
        for (const step of item.steps) look(step, scopeOf(knowledge, locals, SOME_MARK));
      }
    }
  }
  return [...found];
}

function answersItself(profile: CompiledProfile, step: CompiledStep, scope: Scope): boolean {
  const line = echoOf(step, scope);
  if (line === '') return false;
  return step.expect.some(({ looksFor, fail }) => {
    if (fail !== undefined || looksFor.kind === 'port-lost') return false;
    return isMatched(profile, matcherOf(looksFor, scope), line);
  });
}

function echoOf({ send, payload, eol }: CompiledStep, scope: Scope): string {
  if (payload !== undefined) return orSomething(() => latin1(resolve(payload, scope).bytes));
  if (send === undefined) return '';
  return `${textOf(send, scope)}${eol === '' ? '' : '\r\n'}`;
}

function matcherOf(looksFor: Exclude<LooksFor, { kind: 'port-lost' }>, scope: Scope): Matcher {
  if (looksFor.kind === 're') return looksFor.matcher;
  if (looksFor.kind === 'marked') return pattern(markedPattern(looksFor.source, SOME_MARK));
  return { kind: 'lit', text: textOf(looksFor.template, scope) };
}

/** As a run would find it: noise goes first where it begins no later. */
function isMatched({ noise }: CompiledProfile, matcher: Matcher, line: string): boolean {
  let text = line;
  for (;;) {
    const hit = find(matcher, text, 0, true);
    if (hit === undefined) return false;
    const cuts = noise.flatMap((each) => {
      if ('matcher' in each) return find(each.matcher, text, 0, true) ?? [];
      const whole = noiseLine(text, 0, each.begins, true);
      return whole.kind === 'whole' ? whole : [];
    });
    const cut = cuts.find(({ start }) => start <= hit.start);
    if (cut === undefined) return true;
    text = text.slice(0, cut.start) + text.slice(cut.end);
  }
}

function textOf(template: Template, scope: Scope): string {
  return template
    .map((part) => {
      if (typeof part === 'string') return latin1(Buffer.from(part));
      return orSomething(() => latin1(render([part], scope, () => {}).bytes));
    })
    .join('');
}

/** What does not fit is reported elsewhere. */
function orSomething(make: () => string): string {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof Unknown || thrown instanceof Unfit) return SOMETHING;
    throw thrown;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
