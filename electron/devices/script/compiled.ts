/** A profile ready to run: templates and patterns parsed, jumps as places. Must not: hold anything of a unit or a run. */
import type { Matcher } from './matching.ts';
import type { Assertion, Failure, Profile, SequenceName, Transform } from './profile-schema.ts';
import type { Reference, Template } from './template.ts';

export interface CompiledProfile {
  readonly source: Profile;
  readonly sequences: Readonly<Partial<Record<SequenceName, readonly Item[]>>>;
  readonly aborts: readonly { readonly looksFor: LooksFor; readonly fail: Failure }[];
  readonly noise: readonly ({ readonly matcher: Matcher } | { readonly begins: string })[];
}

export type LooksFor =
  | { readonly kind: 'lit'; readonly template: Template }
  | { readonly kind: 're'; readonly matcher: Matcher }
  /** Not a text: the port goes, because the unit has no power but this cable's. */
  | { readonly kind: 'port-lost' }
  /** Holds {{mark}}: compiled when the mark is drawn. */
  | { readonly kind: 'marked'; readonly source: string };

export type Item = CompiledStep | CompiledGroup;

export interface CompiledGroup {
  readonly kind: 'group';
  readonly each: 'field' | 'chunk';
  readonly of?: Reference;
  readonly size: number;
  readonly steps: readonly CompiledStep[];
}

export interface CompiledStep {
  readonly kind: 'step';
  readonly id: string;
  readonly send?: Template;
  readonly eol: string;
  readonly payload?: Reference;
  readonly quietMs?: number;
  readonly expect: readonly CompiledAlternative[];
  readonly timeoutMs: number;
  readonly idleMs?: number;
  readonly retries: number;
  readonly asserts: readonly CompiledAssertion[];
  /** What is received here may hold a record, and is not shown. */
  readonly isHidden: boolean;
}

export interface CompiledAlternative {
  readonly looksFor: LooksFor;
  readonly transforms: Readonly<Record<string, Transform>>;
  readonly take?: { readonly count: number | string; readonly as: string; readonly transform: Transform };
  /** Place in the list; its length for `end`. */
  readonly next?: number;
  readonly fail?: Failure;
}

export interface CompiledAssertion {
  readonly kind: keyof Assertion;
  readonly captured: string;
  readonly value: Reference;
}
