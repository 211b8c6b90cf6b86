/**
 * Whole lines of noise, known by how they begin. A line that has begun like noise and has not ended yet hides what is in
 * it, so that a log line which quotes a prompt is not taken for the prompt.
 */
import { MATCH_MAX } from './matching.ts';

export type NoiseLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly start: number; readonly end: number }
  /** From `start` on nothing may be believed yet. */
  | { readonly kind: 'open'; readonly start: number };

/**
 * The first noise line at `from` or later. What follows directly on what was consumed, at `from`, counts as a line's start:
 * a log line often stands behind the prompt.
 */
export function noiseLine(text: string, from: number, begins: string, isLast: boolean): NoiseLine {
  for (let start = text.indexOf(begins, from); start >= 0; start = text.indexOf(begins, start + 1)) {
    if (start !== from && !isLineStart(text, start)) continue;
    const newline = text.indexOf('\n', start);
    if (newline >= 0) return { kind: 'whole', start, end: newline + 1 };
    return text.length - start > MATCH_MAX
      ? { kind: 'whole', start, end: text.length }
      : { kind: 'open', start };
  }
  if (isLast) return { kind: 'none' };
  const start = Math.max(text.lastIndexOf('\n') + 1, text.lastIndexOf('\r') + 1, from);
  const rest = text.slice(start);
  const mayBecomeOne = rest !== '' && begins.startsWith(rest);
  return mayBecomeOne ? { kind: 'open', start } : { kind: 'none' };
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r';
}
