/** The size of the long campaigns: small in `npm test`, whole in `npm run soak`; and a seed that a failure names. */
export const isSoak = process.env.KEYBENCH_SOAK === '1';
/** A second device end, or a second runtime, repeats in part what the first has run whole; the soak runs all whole. */
export const isRepeat = (process.env.KEYBENCH_UNIT === 'c' || process.env.KEYBENCH_REPEAT === '1') && !isSoak;

/** Numbers of 0 to 1 that can be repeated (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `KEYBENCH_SEED`, or a new one each time. */
export function newSeed(): number {
  return Number(process.env.KEYBENCH_SEED ?? Math.floor(Math.random() * 2 ** 32));
}

/** Ten at a time: most of what a campaign waits for is a reply that does not come. */
export async function inGroups<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += 10) {
    await Promise.all(items.slice(from, from + 10).map((item, offset) => work(item, from + offset)));
  }
}
