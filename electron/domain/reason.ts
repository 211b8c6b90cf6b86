/**
 * Why something in a file (a work order, or a profile that it names) is refused: a key of the catalogues, and the values that its
 * text names. The compiler asks for exactly those values, and forces a text for every key in each language.
 * Must not: hold a sentence for people.
 */
import { REASONS, type ReasonCode } from './reason-codes.ts';

type Values<C extends ReasonCode> = {
  readonly [Name in (typeof REASONS)[C][number]]: string | number;
};

export interface Reason {
  readonly code: ReasonCode;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** A place in a file that the order names. */
export interface PlaceInFile {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Dotted, such as `write.0.send`; empty for the file itself. */
  readonly field: string;
}

export function reason<C extends ReasonCode>(
  code: C,
  ...values: (typeof REASONS)[C] extends readonly [] ? [] : [Values<C>]
): Reason {
  return values[0] === undefined ? { code } : { code, values: values[0] };
}

/** A reason as the message of a schema, which can only be text. */
export function because<C extends ReasonCode>(
  code: C,
  ...values: (typeof REASONS)[C] extends readonly [] ? [] : [Values<C>]
): string {
  return JSON.stringify(reason(code, ...values));
}

/** What `because` made a message of; undefined for any other message. */
export function reasonIn(message: string): Reason | undefined {
  if (!message.startsWith('{"code":')) return undefined;
  const { code, values } = JSON.parse(message) as Reason;
  if (!Object.hasOwn(REASONS, code)) return undefined;
  return values === undefined ? { code } : { code, values };
}

/** A mistake in a part of a file; whoever knows the place reports it. The message is for stack traces. */
export class ReasonedFault extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(JSON.stringify(reason));
    this.name = 'ReasonedFault';
    this.reason = reason;
  }
}
