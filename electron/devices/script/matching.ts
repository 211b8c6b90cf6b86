/**
 * What is looked for in a console's output, and where it is: literals first, patterns by RE2, whose time grows only with
 * the text. A search goes over each part of the text once, in short turns.
 * Must not: use a native RegExp of a profile's, or take a match that the next bytes could still make another one.
 */
import { RE2JS } from 're2js';
import { ReasonedFault, reason } from '../../domain/reason.ts';

/** A match has at most so many bytes, so that a search need not begin anew with each byte that arrives. */
export const MATCH_MAX = 4096;
/** Instructions of a pattern: a search of 4 KB takes some 70 µs for each of them at the very worst (measured). */
const PROGRAM_MAX = 300;

export type Matcher =
  | { readonly kind: 'lit'; readonly text: string }
  | { readonly kind: 're'; readonly pattern: RE2JS; readonly isFirm: boolean };

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly groups: Readonly<Record<string, string>>;
}

/** A mistake in a pattern. */
export class PatternFault extends ReasonedFault {}

export function literal(text: string): Matcher {
  return { kind: 'lit', text };
}

/** Throws PatternFault. */
export function pattern(source: string): Matcher {
  if (/\P{ASCII}/u.test(source)) throw new PatternFault(reason('pattern-ascii'));
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.MULTILINE);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (/too large/.test(said)) throw new PatternFault(reason('pattern-large'));
    throw new PatternFault(reason('pattern-said', { words: said.replace(/^error parsing regexp: /, '') }));
  }
  if (compiled.programSize() > PROGRAM_MAX) throw new PatternFault(reason('pattern-large'));
  if (compiled.matches('')) throw new PatternFault(reason('pattern-nothing'));
  return { kind: 're', pattern: compiled, isFirm: endsFirm(source) };
}

/**
 * Whether a match that ends where the text ends is final: its last character is a certain one. Where it is not, as with
 * `[0-9]+`, the bytes that have not arrived yet may belong to it.
 */
function endsFirm(source: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*(?:\\[rnt.$>\])}|]|[A-Za-z0-9 :;,"'#%&=~<>!@/_-])$/.test(source);
}

/**
 * The first match that starts at `from` or later, with at least one character before it as context for `^`. `isLast`: as
 * much as there will be for now; without it, a match that could still grow is none.
 */
export function find(matcher: Matcher, text: string, from: number, isLast: boolean): Found | undefined {
  if (matcher.kind === 'lit') {
    const start = text.indexOf(matcher.text, from);
    return start < 0 ? undefined : { start, end: start + matcher.text.length, groups: {} };
  }
  const context = Math.max(0, from - 1);
  const window = text.slice(context, from + 2 * MATCH_MAX);
  const found = matcher.pattern.matcher(window);
  if (!found.find(from - context)) return undefined;
  const [start, end] = [context + found.start(), context + found.end()];
  if (end === start) return undefined;
  // The window's end is not the text's: a `$` there is none, and the next window has the whole.
  if (found.end() === window.length && end < text.length) return undefined;
  if (end === text.length && !isLast && !matcher.isFirm) return undefined;
  const groups: Record<string, string> = {};
  for (const name of Object.keys(matcher.pattern.namedGroups())) {
    const group = found.group(name);
    if (group !== null) groups[name] = group;
  }
  return { start, end, groups };
}
