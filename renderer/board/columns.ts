/**
 * How many columns a board of so many slots has on a screen of this shape. Must not: leave holes where it can help it.
 */

/** What an empty place costs against a tile of the wrong shape. */
const HOLE_COST = 5;

/** A tile's best width by its height: few are high, many are flat, since a word needs width. */
function bestRatio(count: number): number {
  return 1.3 + 0.9 * Math.min(1, Math.max(0, (count - 12) / 52));
}

/** Slots in even rows, near the best shape: 1 → 1, 8 → 4 × 2, 64 → 8 × 8 on a wide screen. */
export function columnsFor(count: number, width: number, height: number): number {
  if (count <= 1 || width <= 0 || height <= 0) return Math.max(1, count);
  let best = 1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const ratio = width / columns / (height / rows);
    const holes = (rows * columns - count) / count;
    const cost = Math.abs(Math.log(ratio / bestRatio(count))) + holes * HOLE_COST;
    if (cost < bestCost - 1e-9) {
      best = columns;
      bestCost = cost;
    }
  }
  return best;
}
