/** What was captured from a console's output, as bytes. Must not: guess; what is not well-formed is no value. */
import type { Transform } from './profile-schema.ts';

/** Undefined where the text is not what the profile says it is. `text` has one character per byte. */
export function decode(
  text: string,
  { decode: form = 'text', remove = '', case: letters }: Transform,
): Uint8Array | undefined {
  const kept = remove === '' ? text : [...text].filter((character) => !remove.includes(character)).join('');
  const cased = letters === 'upper' ? kept.toUpperCase() : letters === 'lower' ? kept.toLowerCase() : kept;
  switch (form) {
    case 'text':
      return Buffer.from(cased, 'latin1');
    case 'hex':
      return hexBytes(cased.replace(/\s+/g, ''));
    case 'hexdump':
      return hexBytes(dumped(cased));
    case 'base64': {
      const packed = cased.replace(/\s+/g, '');
      const bytes = Buffer.from(packed, 'base64');
      return bytes.toString('base64') === packed ? bytes : undefined;
    }
  }
}

function hexBytes(digits: string | undefined): Uint8Array | undefined {
  if (digits === undefined || digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Buffer.from(digits, 'hex');
}

/**
 * The digits of a dump: lines of an offset, a colon, bytes in two digits each, and perhaps the same as characters between
 * bars. Lines without an offset hold no bytes. Source: Zephyr, shell_hexdump.
 */
function dumped(text: string): string | undefined {
  const digits: string[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    const bytes = /^\s*[0-9a-fA-F]{4,8}: *((?:[0-9a-fA-F]{2} *)*)(?:\|.*)?$/.exec(line);
    if (bytes === null) {
      if (line.trim() !== '') return undefined;
      continue;
    }
    digits.push((bytes[1] ?? '').replaceAll(' ', ''));
  }
  return digits.join('');
}
