/** The parts of a profile, and where they stand in the file. Must not: judge them. */
import type { Reason } from '../../domain/reason.ts';
import type { Alternative, Group, Sequence, Step } from './profile-schema.ts';

export type Path = readonly (string | number)[];

/** Collects what is wrong, each with its place in the file. */
export type Report = (path: Path, reason: Reason) => void;

/** What a step expects, each with its place. */
export function alternativesOf(
  { expect }: Step,
  path: Path = [],
): { readonly option: Alternative; readonly at: Path }[] {
  if (expect === undefined) return [];
  if (!('anyOf' in expect)) return [{ option: expect, at: [...path, 'expect'] }];
  return expect.anyOf.map((option, index) => ({ option, at: [...path, 'expect', 'anyOf', index] }));
}

export function allSteps(list: readonly (Step | Group)[]): Step[] {
  return list.flatMap((item) => ('each' in item ? item.steps : [item]));
}

/** Names of the groups in a pattern's text. */
export function groupsOf({ re }: Pick<Alternative, 're'>): string[] {
  return [...(re ?? '').matchAll(/\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/g)].map(([, name]) => name ?? '');
}

/** Names of all that a sequence may capture. */
export function allGroups(sequence: Sequence): string[] {
  return allSteps(sequence).flatMap((step) => {
    return alternativesOf(step).flatMap(({ option }) => [
      ...groupsOf(option),
      ...(option.takeBytes === undefined ? [] : [option.takeBytes.as]),
    ]);
  });
}
