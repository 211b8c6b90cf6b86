/** The cable is cut at byte offsets of a session with a chip, and the chip answers late, in pieces, among noise. */
import { describe, expect, it } from 'vitest';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { chipOf, ESP32, expectProvisioned, inGroups, isDone, macOf, openBench } from './chip-bench.ts';

const ORDER = { ...ESP32, bootTimeout: 2, quantity: 1_000_000 };

async function sessionBytes(): Promise<number> {
  await using bench = await openBench();
  const { chip, slot } = chipOf(macOf(0));
  expect(await bench.attempt(slot, ORDER)).toMatchObject({ finish: { outcome: 'PASS' } });
  chip.close();
  return chip.uart.passed.in + chip.uart.passed.out;
}

describe('a cable', () => {
  it('cut at any byte of a session, and plugged in again', {
    timeout: isSoak ? 3_600_000 : 240_000,
  }, async () => {
    const total = await sessionBytes();
    expect(total).toBeGreaterThan(5_000);
    const seed = newSeed();
    const random = randomOf(seed);
    await using bench = await openBench();
    const cuts = Array.from({ length: isSoak ? 2_000 : isRepeat ? 10 : 40 }, () =>
      Math.floor(random() * total),
    );
    await inGroups(cuts, async (atByte, index) => {
      const { chip, slot } = chipOf(macOf(index), {
        faults: {
          cut: { direction: 'both', atByte },
          returnsAfterMs: 20,
          returnsRenamed: index % 2 === 1,
        },
      });
      let attempt = await bench.attempt(slot, ORDER);
      for (let again = 0; again < 3 && !isDone(attempt); again += 1)
        attempt = await bench.attempt(slot, ORDER);
      const note = `seed ${seed} byte ${atByte} of ${total}: ${JSON.stringify(attempt)}`;
      expect(isDone(attempt), note).toBe(true);
      expectProvisioned(bench, chip, note);
      chip.close();
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  it('cut for good loses nothing: the next attempt carries on', { timeout: 240_000 }, async () => {
    const total = await sessionBytes();
    const seed = newSeed();
    const random = randomOf(seed);
    await using bench = await openBench();
    const cuts = Array.from({ length: isSoak ? 200 : 10 }, () => Math.floor(random() * total));
    await inGroups(cuts, async (atByte, index) => {
      const { chip, slot } = chipOf(macOf(index), { faults: { cut: { direction: 'both', atByte } } });
      const note = `seed ${seed} byte ${atByte} of ${total}`;
      if (!isDone(await bench.attempt(slot, ORDER))) {
        chip.faults = {};
        await chip.plug();
        expect(isDone(await bench.attempt(slot, ORDER)), note).toBe(true);
      }
      expectProvisioned(bench, chip, note);
      chip.close();
    });
  });
});

describe('a chip', () => {
  it('that answers late, in pieces, among noise, with a slow flash, gets its credential all the same', {
    timeout: 120_000,
  }, async () => {
    const random = randomOf(newSeed());
    await using bench = await openBench();
    const noise = () => (random() < 0.3 ? 'W (99) brownout: noise\r\n' : undefined);
    const kinds = [
      { romStartMs: 300, riseMs: 20 },
      { pieces: () => 1 + Math.floor(random() * 9) },
      { faults: { noise } },
      { faults: { lateStartMs: 150 }, logEveryMs: 20 },
      { flashTimes: { eraseMs: 300, programMs: 5 } },
      { isPaced: true },
    ];
    await inGroups(kinds, async (options, index) => {
      const { chip, slot } = chipOf(macOf(index), options);
      const attempt = await bench.attempt(slot, { ...ORDER, bootTimeout: 5 });
      expect(attempt, JSON.stringify([options, attempt])).toMatchObject({ finish: { outcome: 'PASS' } });
      expectProvisioned(bench, chip, JSON.stringify(options));
      chip.close();
    });
  });

  it('that loses requests, replies or power at random gets its credential in the end', {
    timeout: 240_000,
  }, async () => {
    const seed = newSeed();
    const random = randomOf(seed);
    await using bench = await openBench({ secondRegister: 'rotates' });
    const chips = Array.from({ length: isSoak ? 500 : isRepeat ? 6 : 24 }, (_, index) => index);
    await inGroups(chips, async (index) => {
      let left = 2;
      const { chip, slot } = chipOf(macOf(index), {
        faults: {
          returnsAfterMs: 20,
          onRequest: (name) => {
            if (left === 0 || name === 'SYNC' || random() > 0.03) return undefined;
            left -= 1;
            const what = [
              'ignored',
              'reply-lost',
              'power-cut-before',
              'power-cut-after',
              'unplugged',
            ] as const;
            return what[Math.floor(random() * what.length)];
          },
        },
      });
      let attempt = await bench.attempt(slot, ORDER);
      for (let again = 0; again < 3 && !isDone(attempt); again += 1)
        attempt = await bench.attempt(slot, ORDER);
      const note = `seed ${seed} chip ${index}: ${JSON.stringify(attempt)}`;
      expect(isDone(attempt), note).toBe(true);
      expectProvisioned(bench, chip, note);
      chip.close();
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });
});
