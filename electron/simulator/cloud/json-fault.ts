/**
 * Finds where a text stops being JSON, because JSON.parse of Node 20 does not say. Must not: be used to read JSON.
 */

const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const NAME = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** The line (from 1) of the first character that cannot stand where it stands; the last line where none is. */
export function lineOfJsonFault(text: string): number {
  const scanner = new Scanner(text);
  if (scanner.value()) scanner.end();
  return text.slice(0, scanner.at).split('\n').length;
}

class Scanner {
  readonly #text: string;
  /** Where scanning has come to; after a fault, where that is. */
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): boolean {
    if (this.#take('{')) return this.#items('}', () => this.#match(NAME) && this.#take(':') && this.value());
    if (this.#take('[')) return this.#items(']', () => this.value());
    return this.#match(SCALAR);
  }

  end(): boolean {
    this.#match(SPACE);
    return this.at === this.#text.length;
  }

  #items(close: string, item: () => boolean): boolean {
    if (this.#take(close)) return true;
    while (item()) {
      if (this.#take(close)) return true;
      if (!this.#take(',')) return false;
    }
    return false;
  }

  #take(sign: string): boolean {
    this.#skipSpace();
    if (this.#text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  #match(pattern: RegExp): boolean {
    if (pattern !== SPACE) this.#skipSpace();
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }
}
