/**
 * A console's cable cut at byte offsets of a session and put back, and cut for good until the next attempt: the run carries on, or the
 * next one does; one credential, a whole record, never green without a verification, or without a restart. A module on USB loses its power with the
 * cable; a Linux device does not notice, and half a line is left in its shell.
 */
import { describe, expect } from 'vitest';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { CAMPAIGN_KINDS, type Kind } from '../../support/consoles/kinds.ts';
import { isDone, ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';

const SAMPLES = isRepeat ? 2 : 4;
const TIMEOUT = isSoak ? 3_600_000 : 180_000;

/** Bytes that a whole session takes, both directions together. */
async function sessionBytes(kind: Kind): Promise<number> {
  await using bench = await ScriptBench.open();
  const on = await bench.unit(kind);
  expect(await bench.attempt(on)).toMatchObject({ finish: { outcome: 'PASS' } });
  return on.unit.bytes;
}

async function offsetsOf(kind: Kind, samples: number): Promise<{ seed: number; offsets: readonly number[] }> {
  const total = await sessionBytes(kind);
  expect(total).toBeGreaterThan(1_000);
  const seed = newSeed();
  const random = randomOf(seed);
  const step = isSoak ? 7 : total / samples;
  const count = Math.floor(total / step);
  return { seed, offsets: Array.from({ length: count }, (_, at) => Math.floor((at + random()) * step)) };
}

async function inGroups<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += 6) {
    await Promise.all(items.slice(from, from + 6).map((item, offset) => work(item, from + offset)));
  }
}

describe.each(CAMPAIGN_KINDS)('the cable of $name', (kind) => {
  const test = testOf(kind);

  test('cut at any byte and put back', { timeout: TIMEOUT }, async () => {
    const { seed, offsets } = await offsetsOf(kind, SAMPLES);
    await using bench = await ScriptBench.open();
    await inGroups(offsets, async (cutAtByte, index) => {
      const note = `seed ${seed} byte ${cutAtByte}`;
      const hasOwnPower = index % 2 === 1;
      const on = await bench.unit(kind, { number: index + 1, cutAtByte, returnsAfterMs: 20, hasOwnPower });
      let attempt = await bench.attempt(on);
      for (let again = 0; again < 2 && !isDone(attempt); again += 1) attempt = await bench.attempt(on);
      expect(isDone(attempt), `${note} ${JSON.stringify(attempt)}`).toBe(true);
      expect(bench.faultsOf(on), note).toEqual([]);
      expect(on.boots(), note).toBeGreaterThan(1);
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  test('cut for good loses nothing: the next attempt carries on', { timeout: TIMEOUT }, async () => {
    const { seed, offsets } = await offsetsOf(kind, SAMPLES);
    await using bench = await ScriptBench.open();
    await inGroups(offsets, async (cutAtByte, index) => {
      const note = `seed ${seed} byte ${cutAtByte}`;
      const hasOwnPower = index % 2 === 0;
      const on = await bench.unit(kind, { number: index + 1, cutAtByte, hasOwnPower });
      const cut = await bench.attempt(on, { bootTimeout: 1, waitMs: 2_000 });
      if (!isDone(cut))
        expect(cut, note).toMatchObject({ finish: { outcome: expect.stringMatching(/ERROR|TIMEOUT/) } });
      await on.unit.plug();
      const attempt = await bench.attempt(on);
      expect(isDone(attempt), `${note} ${JSON.stringify(attempt)}`).toBe(true);
      expect(bench.faultsOf(on), note).toEqual([]);
      expect(on.boots(), note).toBeGreaterThan(1);
    });
  });
});
