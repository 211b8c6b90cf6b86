/**
 * Takes secrets out of a stream of text by value: raw, in hexadecimal, in base64 at each alignment, URL-escaped, and in every
 * form in which they were sent. A form is known by its pieces, so that it is found cut over lines, over chunks of input, or in
 * part; white space and control characters between its characters do not hide it.
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

export class Redactor {
  /** Pieces by their length. */
  readonly #pieces = new Map<number, Set<string>>();
  /** How pieces begin: text that ends so is held back. */
  readonly #beginnings = new Set<string>();
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
    const solid = form.replace(BLANKS, '');
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

  /** Flags each character that belongs to a secret, and gives the length that no further character can change. */
  #mark(text: string, flags: Uint8Array): number {
    const places: number[] = [];
    for (let at = 0; at < text.length; at += 1) if (!isBlank(text.charCodeAt(at))) places.push(at);
    const solid = text.replace(BLANKS, '');
    for (const [length, pieces] of this.#pieces) {
      for (let at = 0; at + length <= solid.length; at += 1) {
        if (pieces.has(solid.slice(at, at + length))) {
          flags.fill(1, places[at], (places[at + length - 1] ?? text.length) + 1);
        }
      }
    }
    for (let open = Math.min(PIECE - 1, solid.length); open > 0; open -= 1) {
      if (this.#beginnings.has(solid.slice(-open))) return places[places.length - open] ?? 0;
    }
    return text.length;
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

const BLANKS = /[\p{Cc} ]/gu;

function isBlank(code: number): boolean {
  return code <= 0x20 || (code >= 0x7f && code <= 0x9f);
}
