/**
 * `kill -9` of the built command line at random moments while it works on a console, then a restart: nothing lost, doubled or rotated,
 * no PASS without a verification, and no secret left behind. 3 kills of each kind here, 200 in `npm run soak`.
 */
import { describe, expect } from 'vitest';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import { CAMPAIGN_KINDS } from '../../support/consoles/kinds.ts';
import { CONSOLE_ENV, type PortUnit, ScriptFloor } from '../../support/consoles/script-floor.ts';
import { testOf } from '../../support/consoles/test-of.ts';
import { keybench, start } from '../../support/keybench.ts';
import { INSTANCE } from '../../support/order.ts';

const KILLS = isSoak ? 200 : isRepeat ? 2 : 3;

describe.each(CAMPAIGN_KINDS)('over $name', (kind) => {
  testOf(kind)(`${KILLS} kills lose, double and rotate nothing`, { timeout: KILLS * 30_000 }, async () => {
    const seed = newSeed();
    const random = randomOf(seed);
    const { floor, ...script } = await openFloor();
    const env = CONSOLE_ENV;
    const all: PortUnit[] = [await script.unit()];
    const outputs: string[] = [];
    let whole = 3_000;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const on = all.at(-1) ?? expect.fail();
      const running = start(script.args([on]), { env, timeoutMs: 120_000 });
      await running.line(({ event }) => event === 'unit-identified' || event === 'already-done');
      const since = performance.now();
      const isLate = await Promise.race([
        running.ended.then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), random() * whole)),
      ]);
      running.child.kill('SIGKILL');
      const { lines, stdout, stderr } = await running.ended;
      outputs.push(stdout, stderr);
      if (isLate) whole = Math.max(300, performance.now() - since);
      const isGreen = lines.some(({ outcome, event }) => outcome === 'PASS' || event === 'already-done');
      if (isGreen) all.push(await script.unit());
    }

    const last = await keybench(script.args(all), { env, timeoutMs: 180_000 });
    const report = `seed ${seed}\n${last.stderr}${last.stdout}`;
    expect(last.status, report).toBe(0);
    expect(last.lines.at(-1), report).toMatchObject({ inDoubt: 0 });
    const verified = await keybench(['verify-ledger', '--ledger', floor.ledgerPath], { timeoutMs: 120_000 });
    expect(verified.status, `${report}${verified.stderr}`).toBe(0);
    for (const unit of all) {
      const clientId = `GID_sensor@@@${unit.hardwareId}`;
      const credential = floor.cloud.credentialOf(INSTANCE, clientId);
      const made = floor.cloud.calls.filter(
        (call) => call.clientId === clientId && call.action === 'RegisterDeviceCredential' && call.committed,
      );
      expect(made, report).toHaveLength(1);
      expect(credential?.updateTime, report).toBe(credential?.createTime);
      const { username = '', possession = '' } = unit.held() ?? {};
      expect(floor.cloud.verifyLogin({ clientId, username, password: possession }), report).toBe(true);
      const found = [possession, credential?.deviceAccessKeySecret ?? possession].flatMap((secret) => [
        ...findSecretInDir(secret, floor.dir),
        ...findSecret(secret, 'output', [...outputs, last.stdout, last.stderr].join('')),
      ]);
      expect(found, report).toEqual([]);
    }

    async function openFloor() {
      const opened = await ScriptFloor.open({ secondRegister: 'rotates', latencyMs: 15 });
      return {
        floor: opened.floor,
        unit: () => opened.unit(kind),
        args: (units: readonly PortUnit[]) => {
          const [first] = units;
          return opened.run(units, { profile: kind.profile, settings: first?.settings ?? {} });
        },
      };
    }
  });
});
