/** The search itself must find what it is to find. */
import { describe, expect, it } from 'vitest';
import { findSecret } from '../support/canary.ts';

const secret = 'DC.BBBBcanaryBBBBBBBBBBBB';

const base64After = (n: number): [string, string] => [
  `base64 after ${n}`,
  Buffer.from(`${'abc'.slice(0, n)}${secret}xyz`).toString('base64'),
];

describe('the canary search', () => {
  it.each<[string, string]>([
    ['raw', `x${secret}y`],
    ['cut over lines', `${secret.slice(0, 9)}\n${secret.slice(9)}`],
    ['hex', Buffer.from(secret).toString('hex')],
    base64After(0),
    base64After(1),
    base64After(2),
    [
      'base64 cut over lines',
      Buffer.from(`ab${secret}`)
        .toString('base64')
        .replace(/(.{11})/g, '$1\r\n'),
    ],
    ['utf-16', Buffer.from(secret, 'utf16le').toString('latin1')],
  ])('finds it %s', (_, text) => {
    expect(findSecret(secret, 'here', text)).not.toEqual([]);
  });

  it('finds nothing in other text', () => {
    expect(findSecret(secret, 'here', 'DC.BBBB and canary, apart')).toEqual([]);
  });
});
