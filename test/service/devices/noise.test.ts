/** A line that the firmware's log shares, over real pseudo-terminals. */
import { describe, expect, it } from 'vitest';
import { connectTo, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

/** Numbers of 0 to 1 that are the same each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a unit that logs on the same line', () => {
  it.each([
    ['before every reply', { logBefore: 1 }],
    ['into every fifth reply', { logInside: 0.2 }],
    ['before and into replies', { logBefore: 0.5, logInside: 0.3 }],
  ])('%s is written and proved all the same', async (_name, noise) => {
    const units = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (seed) => {
        const hardwareId = `AABBCCDDEE0${seed}`;
        const faults = noise;
        const { unit, slot } = await unitOnPty({
          hardwareId,
          faults,
          chunk: 64,
          random: sequence(seed),
          bootLog: true,
        });
        const session = await connectTo(slot);
        const payload = payloadOf(hardwareId);
        await session.write(payload, () => {}, NEVER);
        const before = session.unit.boot;
        await session.restart(NEVER);
        await session.prove(payload, before, NEVER);
        return unit.record?.pw === payload.possession.reveal();
      }),
    );
    expect(units).toEqual(units.map(() => true));
  });
});
