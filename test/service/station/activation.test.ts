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

  it('stops where somebody is online under the ClientId before the unit has restarted', async () => {
    const { bench, broker, unit, slot } = await benchWithBroker();
    await using _ = bench;
    bench.cloud.setOnline(clientId, true);
    const order = { ...changes, brokerHost: broker.host, brokerPort: broker.port };
    expect(await bench.attempt(slot, order)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'ALREADY_ONLINE', inDoubt: true },
    });
    expect(unit.received).not.toContain('reset');
  });

  it('carries on with a unit that proved itself before and is online by itself', async () => {
    const { bench, broker, slot } = await benchWithBroker();
    await using _ = bench;
    const order = { ...changes, brokerHost: broker.host, brokerPort: broker.port };
    await bench.attempt(slot, { ...order, crash: { at: 'run.passed', when: 'before' } });
    await bench.restart();
    expect(await bench.attempt(slot, order)).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(bench.calls('Register')).toBe(1);
  });
});
