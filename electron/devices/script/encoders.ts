/**
 * The ways in which a value may stand in a line that is sent: each gives text that the console reads as exactly this value, or
 * refuses. Must not: let CR, LF or NUL into a line, or offer a way to send a value as it is; that is what `payload` is for.
 */
import { createHash } from 'node:crypto';

export type UnfitWhy =
  | 'not a word'
  | 'not digits'
  | 'not plain characters'
  | 'line end in a value'
  | 'control character'
  | 'not UTF-8';

/** Why a value cannot be put into a line: a word for evidence, never the value. */
export class Unfit extends Error {
  readonly reason: UnfitWhy;

  constructor(reason: UnfitWhy) {
    super(reason);
    this.name = 'Unfit';
    this.reason = reason;
  }
}

type Encode = (bytes: Uint8Array) => string;

/** What of a text is not for a console to see; the C1 codes act as escape sequences on some terminals. */
const CONTROL = /\p{Cc}/u;

/** Results are texts of one character per byte (Latin-1): what goes over the wire. */
const ENCODERS = {
  word: checked(/^[A-Za-z0-9_./:@-]+$/, 'not a word'),
  digits: checked(/^[0-9]+$/, 'not digits'),
  chars: checked(/^[ !#%&()*+,\-./0-9:;<=>?@A-Z[\]^_a-z{|}~]*$/, 'not plain characters'),
  // ESP-AT: in a quoted string comma, quote and backslash are escaped.
  at_quote: (bytes) => `"${printable(bytes).replace(/[\\",]/g, '\\$&')}"`,
  sh_squote: (bytes) => `'${printable(bytes).replaceAll("'", `'\\''`)}'`,
  py_str: pythonString,
  json: (bytes) => latin1(JSON.stringify(utf8(bytes))),
  hex: (bytes) => Buffer.from(bytes).toString('hex'),
  base64: (bytes) => Buffer.from(bytes).toString('base64'),
  /** The same under a shorter name. */
  b64: (bytes) => Buffer.from(bytes).toString('base64'),
  bytelen: (bytes) => String(bytes.length),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
} as const satisfies Record<string, Encode>;

export type EncoderName = keyof typeof ENCODERS;

/** Encoders whose result tells nothing of the value that a transcript must not show. */
export const HARMLESS: readonly EncoderName[] = ['bytelen'];

export function isEncoder(name: string): name is EncoderName {
  return Object.hasOwn(ENCODERS, name);
}

export const ENCODER_NAMES = Object.keys(ENCODERS) as readonly EncoderName[];

/** The value through each encoder in turn, as bytes. Throws Unfit. */
export function encode(value: Uint8Array, encoders: readonly EncoderName[]): Uint8Array {
  return encoders.reduce<Uint8Array>((bytes, name) => Buffer.from(ENCODERS[name](bytes), 'latin1'), value);
}

/** As `encode`, for a place in a line. */
export function encodeInLine(value: Uint8Array, encoders: readonly EncoderName[]): Uint8Array {
  const bytes = encode(value, encoders);
  if (bytes.some((byte) => byte === 0 || byte === 0x0a || byte === 0x0d))
    throw new Unfit('line end in a value');
  return bytes;
}

function checked(allowed: RegExp, reason: UnfitWhy): Encode {
  return (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (!allowed.test(text)) throw new Unfit(reason);
    return text;
  };
}

/** The bytes as text, where a terminal would take each as what it is. */
function printable(bytes: Uint8Array): string {
  if (CONTROL.test(utf8(bytes))) throw new Unfit('control character');
  return Buffer.from(bytes).toString('latin1');
}

function pythonString(bytes: Uint8Array): string {
  const escaped = [...utf8(bytes)].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === "'") return `\\${character}`;
    if (code >= 0x20 && code < 0x7f) return character;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code <= 0xffff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `'${escaped.join('')}'`;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unfit('not UTF-8');
  }
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
