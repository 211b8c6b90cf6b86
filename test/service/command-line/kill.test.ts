/**
 * `kill -9` of the station at random moments, with fresh and half-done units, then a restart: nothing lost, doubled or
 * rotated; no PASS without a proof; the chain verifies. 40 kills here, 1,000 in `npm run soak`.
 */
import { expect, it } from 'vitest';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { createFloor, type FloorUnit } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';
import { INSTANCE } from '../../support/order.ts';

const KILLS = isSoak ? 1_000 : isRepeat ? 8 : 40;
const SLOTS = 4;
/** A run that waits for a lost call takes half a minute; most moments that matter lie before. */
const LATEST_MS = 3_000;

it(`${KILLS} kills lose, double and rotate nothing`, { timeout: KILLS * 15_000 }, async () => {
  const seed = newSeed();
  const random = randomOf(seed);
  const floor = await createFloor({ secondRegister: random() < 0.5 ? 'exists' : 'rotates', latencyMs: 15 });
  const orderPath = floor.order({ quantity: 1_000_000, lock: random() < 0.5 });
  const fresh = () => floor.unit({ flashMs: 15, resetDelayMs: 40, bootMs: 30 });
  const all: FloorUnit[] = [];
  /** Units that the station has said PASS or already done of, on a line that reached us. */
  const green = new Set<unknown>();
  let onBench: FloorUnit[] = [];
  let whole = 1_500;

  for (let kill = 0; kill < KILLS; kill += 1) {
    onBench = onBench.filter(({ unit }) => !green.has(unit.hardwareId));
    while (onBench.length < SLOTS) {
      const made = await fresh();
      all.push(made);
      onBench.push(made);
    }
    const running = start(floor.run(onBench, orderPath), { timeoutMs: 120_000 });
    const startedAt = performance.now();
    await running.line(({ event }) => event === 'unit-identified');
    const sinceUnit = performance.now();
    const isLate = await Promise.race([
      running.ended.then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), random() * whole)),
    ]);
    running.child.kill('SIGKILL');
    const { lines } = await running.ended;
    if (isLate) whole = Math.min(LATEST_MS, Math.max(300, performance.now() - sinceUnit));
    expect(performance.now() - startedAt).toBeGreaterThan(0);
    for (const { outcome, event, unit } of lines)
      if (outcome === 'PASS' || event === 'already-done') green.add(unit);
  }

  const last = await keybench(floor.run(onBench, orderPath), { timeoutMs: 120_000 });
  const report = `seed ${seed}\n${last.stderr}`;
  expect(last.status, report).toBe(0);
  expect(last.lines.at(-1), report).toMatchObject({ pass: expect.any(Number), inDoubt: 0 });
  const verified = await keybench(['verify-ledger', '--ledger', floor.ledgerPath], { timeoutMs: 300_000 });
  expect(verified.status, `${report}${verified.stderr}`).toBe(0);

  const records = JSON.parse((await keybench(['records', '--ledger', floor.ledgerPath])).stdout) as {
    hardwareId: string;
  }[];
  expect(records.map(({ hardwareId }) => hardwareId).sort(), report).toEqual(
    all.map(({ unit }) => unit.hardwareId).sort(),
  );
  for (const { unit } of all) {
    const clientId = `GID_sensor@@@${unit.hardwareId}`;
    const credential = floor.cloud.credentialOf(INSTANCE, clientId);
    const made = floor.cloud.calls.filter(
      (call) => call.clientId === clientId && call.action === 'RegisterDeviceCredential' && call.committed,
    );
    expect(made, `${report}${unit.hardwareId}`).toHaveLength(1);
    expect(credential?.updateTime, report).toBe(credential?.createTime);
    expect(unit.record, report).toMatchObject({ cid: clientId, kid: credential?.deviceAccessKeyId });
    const { un, pw } = unit.record ?? {};
    expect(floor.cloud.verifyLogin({ clientId, username: String(un), password: String(pw) }), report).toBe(
      true,
    );
    expect(unit.received, report).toContain('prove');
  }
});
