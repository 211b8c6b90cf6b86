/**
 * Lines with values in them: `{{name|encoder}}`, and `{{mark}}`, the one that needs no encoder because the station draws
 * it. Must not: know a bare value; what has no encoder is a fault of the profile.
 */
import { ReasonedFault, reason } from '../../domain/reason.ts';
import { ENCODER_NAMES, type EncoderName, encode, encodeInLine, HARMLESS, isEncoder } from './encoders.ts';

export interface Reference {
  readonly name: string;
  readonly encoders: readonly EncoderName[];
}

export type Template = readonly (string | Reference)[];

/** A value that a profile may name. */
export interface Value {
  readonly bytes: Uint8Array;
  /** It is a secret, or holds one. */
  readonly isSecret: boolean;
}

/** Finds a value by name; undefined where there is none. */
export type Scope = (name: string) => Value | undefined;

/** What goes over the wire, and how a transcript may show it. */
export interface Rendered {
  readonly bytes: Uint8Array;
  readonly shown: string;
}

/** A mistake in the profile's text. */
export class TemplateFault extends ReasonedFault {}

/** A name that has no value now: it was not captured on this way through the sequence. */
export class Unknown extends Error {
  readonly valueName: string;

  constructor(valueName: string) {
    super(`${valueName} has no value here`);
    this.valueName = valueName;
  }
}

export const MARK = 'mark';
const NAME = /^[A-Za-z][A-Za-z0-9_.:/-]*$/;

/** Throws TemplateFault. */
export function parseTemplate(text: string): Template {
  const parts = text.split(/(\{\{.*?\}\})/s).filter((part) => part !== '');
  return parts.map((part) => {
    const inner = /^\{\{(.*)\}\}$/s.exec(part)?.[1];
    if (inner !== undefined) return inTemplate(inner.trim());
    if (part.includes('{{')) throw new TemplateFault(reason('template-open'));
    return part;
  });
}

/** Throws TemplateFault. */
export function parseReference(text: string): Reference {
  const [name = '', ...encoders] = text.split('|').map((part) => part.trim());
  if (text.includes('{{')) throw new TemplateFault(reason('template-braces', { text }));
  if (!NAME.test(name)) throw new TemplateFault(reason('template-name', { name: name === '' ? '""' : name }));
  const unknown = encoders.find((encoder) => !isEncoder(encoder));
  if (unknown !== undefined) {
    const names = ENCODER_NAMES.join(', ');
    throw new TemplateFault(reason('template-encoder', { name: unknown, names }));
  }
  return { name, encoders: encoders.filter(isEncoder) };
}

function inTemplate(text: string): Reference {
  const reference = parseReference(text);
  if (reference.encoders.length === 0 && reference.name !== MARK) {
    throw new TemplateFault(reason('template-bare', { name: reference.name }));
  }
  return reference;
}

/** Names of the values that a template needs. */
export function namesIn(template: Template): string[] {
  return template.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}

/** Throws Unfit or Unknown. `onSecret` gets each encoded form of a secret before it can be seen anywhere. */
export function render(template: Template, scope: Scope, onSecret: (form: Uint8Array) => void): Rendered {
  const parts = template.map((part) => {
    if (typeof part === 'string') return { bytes: Buffer.from(part, 'utf8'), shown: part };
    const value = findValue(part, scope);
    const bytes = encodeInLine(value.bytes, part.encoders);
    const isHidden = value.isSecret && !part.encoders.some((name) => HARMLESS.includes(name));
    if (isHidden) onSecret(bytes);
    return { bytes, shown: isHidden ? `[${part.encoders.join('|')}, ${bytes.length} bytes]` : text(bytes) };
  });
  return {
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    shown: parts.map(({ shown }) => shown).join(''),
  };
}

/** A value as a profile names it, encoded. Throws Unfit or Unknown. */
export function resolve(reference: Reference, scope: Scope): Value {
  const { bytes, isSecret } = findValue(reference, scope);
  return { bytes: encode(bytes, reference.encoders), isSecret };
}

function findValue({ name }: Reference, scope: Scope): Value {
  const value = scope(name);
  if (value === undefined) throw new Unknown(name);
  return value;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
