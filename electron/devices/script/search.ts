/**
 * One search of a console's output for whatever comes first of several things, in turns short enough that other slots
 * do not notice. Must not: look at the same text over and over as more arrives.
 */
import { setImmediate } from 'node:timers/promises';
import { noiseLine } from './ignoring.ts';
import { type Found, find, MATCH_MAX, type Matcher } from './matching.ts';

/** What is looked for, in order of preference at one place: noise, ends of the step, what is expected. */
export type Sought =
  | { readonly role: 'noise'; readonly matcher: Matcher }
  | { readonly role: 'noise-line'; readonly begins: string }
  | { readonly role: 'abort' | 'expected'; readonly index: number; readonly matcher: Matcher };

export interface Hit extends Found {
  readonly sought: Exclude<Sought, { role: 'noise-line' }> | { readonly role: 'noise' };
}

/** Text received and not consumed yet; `base` counts the characters before it since the port was opened. */
export interface Output {
  readonly text: string;
  readonly base: number;
}

/** Others get a turn after so many milliseconds. */
const TURN_MS = 4;

export class Search {
  readonly #sought: readonly Sought[];
  /** For each, from where on the text is still unseen, counted as `base` is. */
  readonly #unseen: number[];
  #turnBegan = 0;

  constructor(sought: readonly Sought[]) {
    this.#sought = sought;
    this.#unseen = sought.map(() => 0);
  }

  /** What comes first in the output, with places in its text. `from`: the first character that may be used. */
  async first({ text, base }: Output, from: number, isLast: boolean): Promise<Hit | undefined> {
    this.#turnBegan = performance.now();
    let best: Hit | undefined;
    let closedFrom = Number.POSITIVE_INFINITY;
    for (const [index, sought] of this.#sought.entries()) {
      const begin = Math.max(from, (this.#unseen[index] ?? 0) - base);
      if (sought.role === 'noise-line') {
        const line = noiseLine(text, begin, sought.begins, isLast);
        if (line.kind === 'open') closedFrom = Math.min(closedFrom, line.start);
        if (line.kind === 'whole' && (best === undefined || line.start < best.start)) {
          best = { start: line.start, end: line.end, groups: {}, sought: { role: 'noise' } };
        }
        continue;
      }
      const found = await this.#findFrom(sought.matcher, text, begin, isLast);
      if (found === undefined) {
        const tail = sought.matcher.kind === 'lit' ? sought.matcher.text.length - 1 : MATCH_MAX;
        this.#unseen[index] = base + Math.max(begin, text.length - tail);
      } else if (best === undefined || found.start < best.start) {
        best = { ...found, sought };
      }
    }
    return best !== undefined && best.end <= closedFrom ? best : undefined;
  }

  /** Text was taken out at `place` (counted as `base` is): what stands around it is to be looked at again. */
  hasCut(place: number): void {
    for (const [index, unseen] of this.#unseen.entries()) {
      this.#unseen[index] = Math.min(unseen, Math.max(0, place - MATCH_MAX));
    }
  }

  async #findFrom(
    matcher: Matcher,
    text: string,
    begin: number,
    isLast: boolean,
  ): Promise<Found | undefined> {
    for (let at = begin; at < text.length; at += MATCH_MAX) {
      const found = find(matcher, text, at, isLast);
      if (found !== undefined) return found;
      if (performance.now() - this.#turnBegan > TURN_MS) {
        await setImmediate();
        this.#turnBegan = performance.now();
      }
      if (matcher.kind === 'lit') return undefined;
    }
    return undefined;
  }
}
