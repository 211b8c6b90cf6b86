/** The last lines of talk with the unit in a slot. Must not: hold more than a person would scroll through. */

import type { TranscriptLine } from '../contract/views.ts';
import type { RunEvent } from '../domain/run.ts';
import type { Transcript } from './ports.ts';

const MOST_LINES = 400;
/** Polling for a unit fills the ring with hellos; of those, this many are kept when one answers. */
const BEFORE_UNIT = 4;

export class TranscriptRing implements Transcript {
  #lines: TranscriptLine[] = [];

  note(direction: TranscriptLine['direction'], text: string): void {
    this.#lines.push({ at: new Date().toISOString(), direction, text });
    if (this.#lines.length > 2 * MOST_LINES) this.#lines = this.#lines.slice(-MOST_LINES);
  }

  /** A unit answers: what came before is of no interest. */
  begin(): void {
    this.#lines = this.#lines.slice(-BEFORE_UNIT);
  }

  lines(): readonly TranscriptLine[] {
    return this.#lines.slice(-MOST_LINES);
  }
}

/** What the transcript says of a run's news, if anything. */
export function noteOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'phase-started':
      return event.phase;
    case 'phase-finished':
      return `${event.phase} ${event.ms} ms`;
    case 'unit-finished':
      return event.outcome === 'PASS' ? 'PASS' : `${event.outcome} ${event.code}`;
    default:
      return undefined;
  }
}
