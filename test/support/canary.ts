/**
 * Looks for a secret in whatever the station leaves behind: raw, hex, base64 in each alignment, URL-escaped, and all of
 * these again with line ends and separators taken out, so that a value cut over lines is found too.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The forms in which `secret` was found, as `<form> in <where>`; empty where it was not. */
export function findSecret(secret: string, where: string, content: Uint8Array | string): string[] {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
  const joined = text.replace(/[\s",:;[\]{}]|\\n|\\r/g, '');
  return formsOf(secret)
    .filter(([, form]) => text.includes(form) || joined.includes(form))
    .map(([name]) => `${name} in ${where}`);
}

/** The same over every file below a directory. */
export function findSecretInDir(secret: string, dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .flatMap((path) => findSecret(secret, path, readFileSync(path)));
}

function formsOf(secret: string): [name: string, form: string][] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  return [
    ['raw', secret],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['utf-16', Buffer.from(secret, 'utf16le').toString('latin1')],
    ['escaped', encodeURIComponent(secret)],
    ['reversed', [...secret].reverse().join('')],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      // The whole groups in the middle are the same whatever stands before and after.
      const padded = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const inner = padded.slice(shift === 0 ? 0 : 4, padded.length - 2);
      return [
        [`base64+${shift}`, inner],
        [`base64url+${shift}`, inner.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  ];
}
