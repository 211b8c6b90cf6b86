/**
 * A value of a CSV row by its encoding, with exactly what Python's `int`, `a2b_hex` and `a2b_base64` take of it. Must not: put a
 * value into a message.
 */
import { NvsError, type NvsPlace } from './nvs-error.ts';
import { blobValue, INTEGER_TYPES, integerValue, type NvsValue, stringValue } from './types.ts';

/** What stands in the row, or what the file holds that it names. */
export type Source = { readonly text: string } | { readonly file: Uint8Array };

/** Throws NvsError bad-csv. Whether an integer fits its type is checked when it is encoded. */
export function valueFrom(encoding: string, source: Source, place: NvsPlace): NvsValue {
  const refuse = (reason: string) => new NvsError('bad-csv', reason, place);
  // The generator takes the names of integers in capitals too; of the others it then makes something else.
  const integer = INTEGER_TYPES.find((type) => type === encoding.toLowerCase());
  if (integer !== undefined) {
    const digits = asText(source, place).trim();
    if (!/^[+-]?\d+(_\d+)*$/.test(digits)) throw refuse(`${integer} needs a decimal number`);
    return integerValue(integer, BigInt(digits.replace(/^\+|_/g, '')));
  }
  switch (encoding) {
    case 'string':
      return stringValue(asText(source, place));
    case 'hex2bin': {
      const digits = asText(source, place).trim();
      if (digits.length % 2 !== 0) throw refuse('hex2bin needs an even number of digits');
      if (!/^[0-9a-fA-F]*$/.test(digits)) throw refuse('hex2bin takes hexadecimal digits only');
      return blobValue(Buffer.from(digits, 'hex'));
    }
    case 'base64': {
      const digits = asText(source, place).replace(/\s+/g, '');
      if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
        throw refuse('base64 needs characters of that alphabet, padded to a multiple of four');
      }
      return blobValue(Buffer.from(digits, 'base64'));
    }
    case 'binary':
      if (!('file' in source)) throw refuse('binary is for rows of type file');
      return blobValue(source.file);
    default: {
      const filled = /^blob_(sz_)?fill\((\d{1,6});0x([0-9a-fA-F]{2})\)$/.exec(encoding);
      if (filled === null || !('text' in source)) throw refuse(ENCODINGS);
      const [, sized, length, filler = ''] = filled;
      const text = Buffer.from(source.text);
      if (text.length > Number(length)) throw refuse('the value is longer than its encoding says');
      const rest = Buffer.alloc(Number(length) - text.length, Number.parseInt(filler, 16));
      return blobValue(Buffer.concat([...(sized === undefined ? [] : [sizeField(text.length)]), text, rest]));
    }
  }
}

const ENCODINGS = `the encoding must be ${INTEGER_TYPES.join(', ')}, string, hex2bin, base64 or, with type file, binary`;

function sizeField(length: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32LE(length);
  return field;
}

function asText(source: Source, place: NvsPlace): string {
  if ('text' in source) return source.text;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source.file);
  } catch {
    throw new NvsError('bad-csv', 'the file is not UTF-8 text', place);
  }
}
