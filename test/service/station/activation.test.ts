/** `proof+activation`: the unit itself logs in to the broker after its restart, and the cloud says so. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulatedBroker } from '../../../electron/simulator/training/emulated-broker.ts';
import { watchLogin } from '../../../electron/simulator/training/unit-login.ts';
import type { EmulatedUnit } from '../../../electron/simulator/units/emulated-unit.ts';
import { Bench } from '../../support/bench.ts';

const changes = { verify: 'proof+activation' } as const;
const clientId = 'GID_sensor@@@UNIT0001';

async function benchWithBroker() {
  const bench = await Bench.open();
  const broker = await createEmulatedBroker(bench.cloud);
  onTestFinished(() => broker.close());
  const { unit, slot } = bench.unit();
  const login = watchLogin(unit as EmulatedUnit);
  onTestFinished(() => login.close());
  return { bench, broker, unit, slot, login };
}

describe('activation', () => {
  it('passes a unit that logs in with what it was given, and only then', async () => {
    const { bench, broker, slot, login } = await benchWithBroker();
    await using _ = bench;
    const order = { ...changes, brokerHost: broker.host, brokerPort: broker.port };
    expect(await bench.attempt(slot, order)).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(login.isOnline).toBe(true);
  });

  it('stops where somebody is online under the ClientId before the unit has it, each time', async () => {
    const { bench, broker, unit, slot } = await benchWithBroker();
    await using _ = bench;
    bench.cloud.setOnline(clientId, true);
    const order = { ...changes, brokerHost: broker.host, brokerPort: broker.port };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await bench.attempt(slot, order)).toMatchObject({
        finish: { outcome: 'ERROR', code: 'ALREADY_ONLINE', inDoubt: true },
      });
    }
    expect(unit.received).not.toContain('begin');
  });

  it.each(['unit.written', 'unit.proved', 'run.passed'] as const)(
    'carries on with a unit that has its record and is online by itself: %s',
    async (at) => {
      const { bench, broker, unit, slot, login } = await benchWithBroker();
      await using _ = bench;
      const order = { ...changes, brokerHost: broker.host, brokerPort: broker.port };
      await bench.attempt(slot, { ...order, crash: { at, when: 'before' } });
      await bench.restart();
      // Put in again, it starts with its record.
      unit.cutPower();
      unit.power();
      await expect.poll(() => login.isOnline, { timeout: 10_000 }).toBe(true);
      expect(await bench.attempt(slot, order)).toMatchObject({ finish: { outcome: 'PASS' } });
      expect(bench.calls('Register')).toBe(1);
    },
  );
});
