/** How long to wait before the next try. Pure: the randomness is handed in. */

export interface Backoff {
  /** Milliseconds around which the first pause lies. */
  readonly firstMs: number;
  /** No pause is longer than this. */
  readonly longestMs: number;
}

/**
 * The pause after the n-th failure in a row (from 1), in milliseconds: doubling, and spread over the upper half,
 * so that stations that failed together do not come back together. `random` gives 0 to 1.
 */
export function pauseMs(failures: number, { firstMs, longestMs }: Backoff, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random() / 2);
}
