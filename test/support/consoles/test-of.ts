/** Tests of a kind of console; where this machine lacks it they are skipped, counted, and their name says what to install. */
import { it } from 'vitest';
import type { Kind } from './kinds.ts';

export function testOf({ missing }: Pick<Kind, 'missing'>): typeof it | typeof it.skip {
  return missing === undefined ? it : it.skip;
}
