/**
 * A cable cut at byte offsets of a session, and units that lose power at random moments, over real pseudo-terminals:
 * the run carries on, or the next one does; one credential, a whole record, and never green without a proof.
 */
import { describe, expect, it } from 'vitest';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { cutAt } from '../../../electron/simulator/units/faults.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import type { EmulatedUnitOptions } from '../../../electron/simulator/units/unit-options.ts';
import { Bench } from '../../support/bench.ts';
import { inGroups, isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { createUnit } from '../../support/unit-maker.ts';

/** Bytes that a whole session takes, both directions together; measured on a session without a cut. */
async function sessionBytes(): Promise<number> {
  await using bench = await Bench.open();
  const { unit, slot } = await unitOnPty();
  expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
  const { bytes } = unit;
  unit.close();
  return bytes;
}

async function unitOnPty(options: Partial<EmulatedUnitOptions> = {}) {
  const line = await createPtyLine();
  const unit = createUnit({ line, bootMs: 5, resetDelayMs: 5, ...options });
  return { unit, line, slot: createPathSlot(line.path) };
}

/** Seconds for a restart: a lost reset is asked for again after one and a half, and ten units share the machine. */
const PATIENT = { bootTimeout: 4, quantity: 1_000_000 };

/** After whatever happened: PASS at once or at the next attempts, one credential, the right record. */
async function expectPassInTheEnd(
  bench: Bench,
  options: Partial<EmulatedUnitOptions>,
  note: string,
  onStuck?: (unit: Awaited<ReturnType<typeof unitOnPty>>) => Promise<void>,
) {
  const on = await unitOnPty(options);
  try {
    let attempt = await bench.attempt(on.slot, PATIENT);
    for (let again = 0; again < 5 && !isDone(attempt); again += 1) {
      await onStuck?.(on);
      // An attempt at a port that is not back yet ends at once, and as often as it is made.
      await expect.poll(() => on.slot.locate(), { timeout: 10_000 }).toBeDefined();
      attempt = await bench.attempt(on.slot, PATIENT);
    }
    expect(isDone(attempt), `${note} ${JSON.stringify(attempt)}`).toBe(true);
    const { hardwareId, record } = on.unit;
    const credential = bench.credential(hardwareId);
    expect(record, note).toMatchObject({ kid: credential?.deviceAccessKeyId });
    expect(credential?.updateTime, note).toBe(credential?.createTime);
    const registered = bench.cloud.calls.filter(
      (call) => call.action === 'RegisterDeviceCredential' && call.clientId?.endsWith(hardwareId),
    );
    expect(registered, note).toHaveLength(1);
    expect(on.unit.received, note).toContain('prove');
  } finally {
    on.unit.close();
  }
}

function isDone(attempt: Awaited<ReturnType<Bench['attempt']>>): boolean {
  return (
    attempt.kind === 'already-done' || (attempt.kind === 'finished' && attempt.finish.outcome === 'PASS')
  );
}

describe('a cable', () => {
  it('cut at any byte of a session, and plugged in again', {
    timeout: isSoak ? 3_600_000 : 240_000,
  }, async () => {
    const total = await sessionBytes();
    expect(total).toBeGreaterThan(500);
    const seed = newSeed();
    const random = randomOf(seed);
    const offsets = isSoak
      ? Array.from({ length: total }, (_, byte) => byte)
      : Array.from({ length: isRepeat ? 20 : 60 }, () => Math.floor(random() * total));
    await using bench = await Bench.open();
    await inGroups(offsets, (byte, index) => {
      const hardwareId = `CUT${index}`;
      return expectPassInTheEnd(bench, { hardwareId, faults: cutAt(byte, 20) }, `seed ${seed} byte ${byte}`);
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  it('cut for good loses nothing: the next attempt carries on', {
    timeout: isSoak ? 3_600_000 : 120_000,
  }, async () => {
    const total = await sessionBytes();
    const seed = newSeed();
    const random = randomOf(seed);
    await using bench = await Bench.open();
    for (let index = 0; index < (isSoak ? 100 : isRepeat ? 2 : 8); index += 1) {
      const byte = Math.floor(random() * total);
      const faults = cutAt(byte);
      await expectPassInTheEnd(
        bench,
        { hardwareId: `GONE${index}`, faults },
        `seed ${seed} byte ${byte}`,
        async ({ unit }) => {
          unit.faults = {};
          await unit.plug();
        },
      );
    }
  });
});

describe('a unit', () => {
  it('that loses power at random moments', { timeout: isSoak ? 3_600_000 : 240_000 }, async () => {
    const seed = newSeed();
    const random = randomOf(seed);
    await using bench = await Bench.open({ secondRegister: 'rotates' });
    const units = Array.from({ length: isSoak ? 300 : isRepeat ? 10 : 24 }, (_, index) => index);
    await inGroups(units, (index) => {
      let cuts = 3;
      const onRequest = () => {
        if (cuts === 0 || random() > 0.25) return undefined;
        cuts -= 1;
        return random() < 0.5 ? ('power-cut-before' as const) : ('power-cut-after' as const);
      };
      const faults = { onRequest, returnsAfterMs: 20 };
      return expectPassInTheEnd(bench, { hardwareId: `POWER${index}`, faults }, `seed ${seed} unit ${index}`);
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  it('that comes back from its restart late, under another name, with slow flash, in small pieces', async () => {
    await using bench = await Bench.open();
    const options: Partial<EmulatedUnitOptions>[] = [
      { resetDelayMs: 1_000 },
      { vanishesInReset: 'same name' },
      { vanishesInReset: 'another name' },
      { flashMs: 700 },
      { writeBytes: 7, lineCharacters: 40 },
      { bootLog: true, faults: { logBefore: 1, logInside: 0.1 } },
    ];
    for (const [index, option] of options.entries()) {
      const { unit, slot } = await unitOnPty({ hardwareId: `ODD${index}`, ...option });
      expect(await bench.attempt(slot), JSON.stringify(option)).toMatchObject({
        finish: { outcome: 'PASS' },
      });
      unit.close();
    }
  });

  it('whose proof is wrong is FAIL, in doubt, and never green', async () => {
    await using bench = await Bench.open();
    const { wrongProof, brokenFlash } = await import('../../../electron/simulator/units/faults.ts');
    const { unit, slot } = await unitOnPty({ hardwareId: 'LIAR', faults: wrongProof() });
    expect(await bench.attempt(slot)).toMatchObject({
      finish: { outcome: 'FAIL', code: 'PROOF_WRONG', inDoubt: true },
    });
    expect(await bench.attempt(slot)).toMatchObject({
      finish: { outcome: 'FAIL', code: 'PROOF_WRONG', inDoubt: true },
    });
    unit.close();
    const broken = await unitOnPty({ hardwareId: 'BROKEN', faults: brokenFlash() });
    expect(await bench.attempt(broken.slot)).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_STORAGE_FAILED', inDoubt: true },
    });
    broken.unit.close();
    expect(
      bench.events.filter((event) => event.type === 'unit-finished' && event.outcome === 'PASS'),
    ).toEqual([]);
  });
});
