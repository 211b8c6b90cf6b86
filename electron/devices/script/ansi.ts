/**
 * Takes terminal escape sequences out of a stream, also where one is cut in two.
 * Must not: wait for the end of a sequence for ever; a sequence that is too long is dropped as far as it came.
 */

const LONGEST = 256;

type State = 'text' | 'escape' | 'control' | 'string' | 'stringEscape' | 'one';

export class AnsiStripper {
  #state: State = 'text';
  #length = 0;

  /** `text` has one character per byte. */
  push(text: string): string {
    let kept = '';
    for (const character of text) {
      if (this.#state === 'text') {
        if (character === '\u001b') this.#enter('escape');
        else kept += character;
        continue;
      }
      this.#length += 1;
      this.#state = this.#length > LONGEST ? 'text' : next(this.#state, character);
    }
    return kept;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#length = 0;
  }
}

/** Source: ECMA-48, control functions in 7-bit form. */
function next(state: Exclude<State, 'text'>, character: string): State {
  const code = character.charCodeAt(0);
  switch (state) {
    case 'escape':
      if (character === '[') return 'control';
      if (']PX^_'.includes(character)) return 'string';
      // Designates a character set, with one more character.
      if (code >= 0x20 && code <= 0x2f) return 'one';
      return character === '\u001b' ? 'escape' : 'text';
    case 'control':
      return code >= 0x20 && code <= 0x3f ? 'control' : 'text';
    case 'string':
      if (character === '\u0007') return 'text';
      return character === '\u001b' ? 'stringEscape' : 'string';
    case 'stringEscape':
      return 'text';
    case 'one':
      return code >= 0x20 && code <= 0x2f ? 'one' : 'text';
  }
}
