/**
 * `kill -9` of the station at random moments with chips in its slots, then a restart: nothing lost, doubled or rotated, and no PASS
 * without the record in the flash. 10 kills here, 500 in `npm run soak`.
 */
import { expect, it } from 'vitest';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { hasModemShim } from '../../support/esp32/modem-lines.ts';
import { keybench } from '../../support/keybench.ts';
import { INSTANCE } from '../../support/order.ts';
import { createChipFloor, type FloorChip } from './chip-floor.ts';
import { storedIn } from './chips.ts';

const KILLS = isSoak ? 500 : isRepeat ? 4 : 10;
const SLOTS = 4;

it.skipIf(!hasModemShim)(
  `${KILLS} kills lose, double and rotate nothing`,
  { timeout: 60_000 + KILLS * 15_000 },
  async () => {
    const seed = newSeed();
    const random = randomOf(seed);
    const on = await createChipFloor({
      secondRegister: random() < 0.5 ? 'exists' : 'rotates',
      latencyMs: 15,
    });
    const order = on.order();
    const all: FloorChip[] = [];
    const green = new Set<unknown>();
    let onBench: FloorChip[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      onBench = onBench.filter(({ chip }) => !green.has(chip.mac));
      while (onBench.length < SLOTS) {
        const made = await on.chip({ flashTimes: { eraseMs: 40, programMs: 2 }, isPaced: true });
        all.push(made);
        onBench.push(made);
      }
      const running = on.start(onBench, order);
      const isLate = await Promise.race([
        running.ended.then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), 800 + random() * 4_500)),
      ]);
      if (!isLate) running.child.kill('SIGKILL');
      const { lines } = await running.ended;
      for (const { outcome, event, unit } of lines)
        if (outcome === 'PASS' || event === 'already-done') green.add(unit);
    }

    const last = await on.run(onBench, order);
    const report = `seed ${seed}\n${last.stderr}\n${last.stdout}`;
    expect(last.status, report).toBe(0);
    expect(last.lines.at(-1), report).toMatchObject({ inDoubt: 0 });
    const verified = await keybench(['verify-ledger', '--ledger', on.floor.ledgerPath]);
    expect(verified.status, `${report}${verified.stderr}`).toBe(0);
    const { stdout } = await keybench(['records', '--ledger', on.floor.ledgerPath]);
    const records = JSON.parse(stdout) as { hardwareId: string }[];
    expect(records.map(({ hardwareId }) => hardwareId).sort(), report).toEqual(
      all.map(({ chip }) => chip.mac).sort(),
    );
    for (const { chip } of all) {
      const clientId = `GID_sensor@@@${chip.mac}`;
      const { cloud } = on.floor;
      const credential = cloud.credentialOf(INSTANCE, clientId);
      const made = cloud.calls.filter(
        (call) => call.clientId === clientId && call.action === 'RegisterDeviceCredential' && call.committed,
      );
      expect(made, `${report}${chip.mac}`).toHaveLength(1);
      expect(credential?.updateTime, report).toBe(credential?.createTime);
      const record = storedIn(chip);
      expect(record, report).toMatchObject({ cid: clientId, kid: credential?.deviceAccessKeyId });
      const login = { clientId, username: String(record?.un), password: String(record?.pw) };
      expect(cloud.verifyLogin(login), report).toBe(true);
    }
  },
);
