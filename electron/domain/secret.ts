/**
 * A value that cannot be printed by accident. Every form that a logger, a template or a serializer
 * would use gives `[secret]`; only `reveal()` gives the value, and a test counts the files that call it.
 * Must not: keep the value in an enumerable or inspectable property.
 */
const PRINTED = '[secret]';

export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Only code that sends it to a unit or derives from it may call this. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [Symbol.toPrimitive](): string {
    return PRINTED;
  }

  /** What Node's `util.inspect` shows (and so console and assertion messages). */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PRINTED;
  }
}
