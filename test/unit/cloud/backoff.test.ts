/** Pauses between tries. */
import { describe, expect, it } from 'vitest';
import { pauseMs } from '../../../electron/cloud/backoff.ts';

const backoff = { firstMs: 400, longestMs: 5000 };

describe('the pause before the next try', () => {
  it('doubles up to the longest, and is spread over its upper half', () => {
    const pauses = (random: number) => [1, 2, 3, 4, 5, 6, 60].map((n) => pauseMs(n, backoff, () => random));
    expect(pauses(1)).toEqual([400, 800, 1600, 3200, 5000, 5000, 5000]);
    expect(pauses(0)).toEqual([200, 400, 800, 1600, 2500, 2500, 2500]);
  });
});
