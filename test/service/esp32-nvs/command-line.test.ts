/** The built command line over pseudo-terminals with modem lines: chips to PASS, and no secret left behind. */
import { describe, expect, it, vi } from 'vitest';
import { isSoak } from '../../support/campaign.ts';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import { hasModemShim } from '../../support/esp32/modem-lines.ts';
import type { Ended } from '../../support/keybench.ts';
import { INSTANCE } from '../../support/order.ts';
import { type ChipFloor, createChipFloor, type FloorChip } from './chip-floor.ts';
import { storedIn } from './chips.ts';

function secretsOf({ floor }: ChipFloor, { chip }: FloorChip): string[] {
  const credential = floor.cloud.credentialOf(INSTANCE, `GID_sensor@@@${chip.mac}`);
  const { pw, key } = storedIn(chip) ?? {};
  return [credential?.deviceAccessKeySecret, pw, key].filter((secret) => secret !== undefined);
}

function expectSilent(on: ChipFloor, chips: readonly FloorChip[], runs: readonly Ended[]): void {
  const secrets = new Set(chips.flatMap((chip) => secretsOf(on, chip)));
  expect(secrets.size).toBeGreaterThanOrEqual(chips.length);
  const found = [...secrets].flatMap((secret) => [
    ...findSecretInDir(secret, on.floor.dir),
    ...runs.flatMap(({ stdout, stderr }) => [
      ...findSecret(secret, 'stdout', stdout),
      ...findSecret(secret, 'stderr', stderr),
    ]),
  ]);
  expect(found).toEqual([]);
}

describe.skipIf(!hasModemShim)('keybench run', () => {
  it('brings every chip to PASS, one after the other in ten slots (20 here, 500 in the soak)', {
    timeout: 300_000,
  }, async () => {
    const on = await createChipFloor();
    const order = on.order();
    for (let round = 0; round < (isSoak ? 50 : 2); round += 1) {
      const chips = await Promise.all(Array.from({ length: 10 }, () => on.chip()));
      const ended = await on.run(chips, order);
      expect(ended.status, ended.stderr).toBe(0);
      expect(ended.lines.at(-1)).toMatchObject({ event: 'finished', pass: 10, inDoubt: 0 });
      for (const { chip } of chips) {
        expect(storedIn(chip)).toMatchObject({ cid: `GID_sensor@@@${chip.mac}` });
        await vi.waitFor(() => expect(chip.mode).toBe('application'));
      }
    }
  });

  it.each(['password', 'secret'] as const)('leaves no secret behind (payload: %s)', async (payload) => {
    const on = await createChipFloor();
    const order = on.order({ payload });
    const good = await on.chip({ logEveryMs: 50 });
    const noisy = await on.chip({ faults: { noise: () => 'I (1) app: hello\r\n' } });
    // Cells that are worn out: written, and never as it should be.
    const worn = await on.chip();
    worn.chip.flash.breakCell(0x9000 + 100);
    const first = await on.run([good, noisy, worn], order);
    expect(first.lines.at(-1)).toMatchObject({ pass: 2, fail: 1 });
    expect(first.lines).toContainEqual(expect.objectContaining({ code: 'UNIT_STORAGE_FAILED' }));
    const again = await on.run([good], order);
    expect(again.lines.at(-1)).toMatchObject({ already: 1 });
    expectSilent(on, [good, noisy], [first, again]);
  });

  it('leaves no secret behind when it is killed with the record on the line', async () => {
    const on = await createChipFloor();
    const order = on.order({ payload: 'secret' });
    const only = await on.chip({ flashTimes: { eraseMs: 200, programMs: 20 } });
    const running = on.start([only], order);
    await running.line(({ event, phase }) => event === 'phase-started' && phase === 'write');
    running.child.kill('SIGKILL');
    const killed = await running.ended;
    const resumed = await on.run([only], order);
    expect(resumed.status, resumed.stderr).toBe(0);
    expectSilent(on, [only], [killed, resumed]);
  });

  it('finishes the write in hand when it is told to stop, and lets the application run', async () => {
    const on = await createChipFloor();
    const order = on.order();
    const only = await on.chip({ flashTimes: { eraseMs: 300, programMs: 5 } });
    const running = on.start([only], order);
    await running.line(({ event, phase }) => event === 'phase-started' && phase === 'write');
    running.child.kill('SIGTERM');
    const stopped = await running.ended;
    expect(stopped.status).toBe(1);
    expect(stopped.lines.at(-1)).toMatchObject({ event: 'finished', aborted: 1, inDoubt: 1 });
    await vi.waitFor(() => expect(only.chip.mode).toBe('application'));
    expect((await on.run([only], order)).lines.at(-1)).toMatchObject({ pass: 1 });
  });
});
