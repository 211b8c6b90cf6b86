/**
 * Takes secrets out of a stream of text by value: raw, in hexadecimal, in base64 at each alignment, URL-escaped, and in every
 * form in which they were sent. A form is known by its pieces, so that it is found cut over lines, over chunks of input, or in
 * part; neither white space and control characters between its characters hide it, nor the marks that dumps and quotations put there.
 * Must not: give out text that may be the beginning of a secret before what follows is known.
 */

/** A run of so many characters of a secret is taken for it; of a shorter secret, the whole. */
export const PIECE = 8;
export const HIDDEN = '[secret]';

/** The forms of a secret that a unit could print without having been sent them. */
export function formsOf(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const forms = [
    bytes.toString('latin1'),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(bytes.toString('utf8')),
  ];
  for (const shift of [0, 1, 2]) {
    // The characters that depend on this secret alone, whatever stands before and after it.
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const first = Math.ceil((shift * 8) / 6);
    const whole = Math.floor((padded.length * 8) / 6);
    const inner = padded.toString('base64').slice(first, whole);
    forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** White space and control characters, as a terminal's wrapping puts them in. */
const BLANKS = /[\p{Cc} ]/gu;
/** Also what stands in a quotation, or between the bytes of a dump: `6b:56`, `"ab\/c"`. */
const SEPARATORS = /[\p{Cc} :;,.\-_"'|%\\]/gu;
/** Also what says that a byte follows: `0x6b, 0x56`, `\x6b`. By itself, for a secret may have the like within. */
const MARKS = /0x|\\x|\\u00|[\p{Cc} :;,.\-_"'|%\\]/giu;
/** A text that ends so may go on to be one of the marks. */
const HALF_MARK = /0$/;

/** Pieces of forms of secrets, read over what `skipped` matches. */
class Pieces {
  readonly #skipped: RegExp;
  /** By their length. */
  readonly #pieces = new Map<number, Set<string>>();
  /** How pieces begin: text that ends so is held back. */
  readonly #beginnings = new Set<string>();

  constructor(skipped: RegExp) {
    this.#skipped = skipped;
  }

  add(form: string): void {
    const solid = form.replace(this.#skipped, '');
    if (solid.length === 0) return;
    const length = Math.min(PIECE, solid.length);
    const pieces = this.#pieces.get(length) ?? new Set<string>();
    for (let at = 0; at + length <= solid.length; at += 1) {
      const piece = solid.slice(at, at + length);
      pieces.add(piece);
      for (let end = 1; end < length; end += 1) this.#beginnings.add(piece.slice(0, end));
    }
    this.#pieces.set(length, pieces);
  }

  /** Flags each character that belongs to a piece, and gives the length that no further character can change. */
  mark(text: string, flags: Uint8Array): number {
    const { solid, places } = this.#read(text);
    for (const [length, pieces] of this.#pieces) {
      for (let at = 0; at + length <= solid.length; at += 1) {
        if (pieces.has(solid.slice(at, at + length))) {
          flags.fill(1, places[at], (places[at + length - 1] ?? text.length) + 1);
        }
      }
    }
    const safe = this.#openFrom(solid, places) ?? text.length;
    const half = HALF_MARK.exec(text);
    if (half === null || this.#skipped !== MARKS) return safe;
    const before = this.#read(text.slice(0, half.index));
    return Math.min(safe, this.#openFrom(before.solid, before.places) ?? text.length);
  }

  /** Where the beginning of a piece stands at the end of a text. */
  #openFrom(solid: string, places: readonly number[]): number | undefined {
    for (let open = Math.min(PIECE - 1, solid.length); open > 0; open -= 1) {
      if (this.#beginnings.has(solid.slice(-open))) return places[places.length - open] ?? 0;
    }
    return undefined;
  }

  /** The text without what is skipped, and where each of its characters stood. */
  #read(text: string): { readonly solid: string; readonly places: readonly number[] } {
    const places: number[] = [];
    let from = 0;
    const take = (to: number) => {
      for (let at = from; at < to; at += 1) places.push(at);
    };
    for (const match of text.matchAll(this.#skipped)) {
      take(match.index);
      from = match.index + match[0].length;
    }
    take(text.length);
    return { solid: text.replace(this.#skipped, ''), places };
  }
}

export class Redactor {
  readonly #readings = [BLANKS, SEPARATORS, MARKS].map((skipped) => new Pieces(skipped));
  #held = '';
  /** Which characters of what is held back belong to a secret, as far as it is known; one flag each. */
  #heldFlags = new Uint8Array(0);
  #endedHidden = false;

  /** A secret, in all the forms that it may be printed in. */
  addSecret(secret: Uint8Array): void {
    for (const form of formsOf(secret)) this.addForm(form);
  }

  /** A secret as it was sent. */
  addForm(form: string): void {
    for (const reading of this.#readings) reading.add(form);
  }

  /** Text that may be shown now; the rest is held back until what follows is known. */
  push(text: string): string {
    const joined = this.#held + text;
    const flags = new Uint8Array(joined.length);
    flags.set(this.#heldFlags);
    const safe = this.#mark(joined, flags);
    this.#held = joined.slice(safe);
    this.#heldFlags = flags.slice(safe);
    return this.#show(joined.slice(0, safe), flags);
  }

  /** A text that stands alone, beside the stream. */
  redact(text: string): string {
    const flags = new Uint8Array(text.length);
    this.#mark(text, flags);
    const endedHidden = this.#endedHidden;
    this.#endedHidden = false;
    const shown = this.#show(text, flags);
    this.#endedHidden = endedHidden;
    return shown;
  }

  /** What is still held back: nothing follows it. */
  flush(): string {
    const text = this.#held;
    const flags = this.#heldFlags;
    this.#mark(text, flags);
    this.#held = '';
    this.#heldFlags = new Uint8Array(0);
    const shown = this.#show(text, flags);
    this.#endedHidden = false;
    return shown;
  }

  #mark(text: string, flags: Uint8Array): number {
    return Math.min(...this.#readings.map((reading) => reading.mark(text, flags)));
  }

  #show(text: string, flags: Uint8Array): string {
    let shown = '';
    for (let at = 0; at < text.length; at += 1) {
      const isHidden = flags[at] === 1;
      if (!isHidden) shown += text[at];
      else if (!this.#endedHidden) shown += HIDDEN;
      this.#endedHidden = isHidden;
    }
    return shown;
  }
}
