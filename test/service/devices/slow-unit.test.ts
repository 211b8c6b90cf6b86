/**
 * A unit that needs nearly all of the time that the protocol gives it for an answer, over real pseudo-terminals: hellos that it
 * has not come to yet must not be held against what is asked next.
 */
import { expect, it } from 'vitest';
import type { UnitFaults } from '../../../electron/simulator/units/faults.ts';
import { connectTo, HARDWARE_ID, NEVER, payloadOf, unitOnPty } from '../../support/units.ts';

/** Of 300 ms and the wire time of both packets. */
const slow: UnitFaults = { onRequest: () => ({ delayMs: 285 }) };
const rules = { family: 'smp', baudRate: 115200, bootTimeoutMs: 15_000 } as const;

it('a unit that takes 285 ms for each answer is found, written, restarted, proved and locked', async () => {
  const { unit, slot } = await unitOnPty({ faults: slow });
  const session = await connectTo(slot, { rules });
  const payload = payloadOf();
  await session.write(payload, () => {}, NEVER);
  const { boot } = session.unit;
  await session.restart(NEVER);
  await session.prove(payload, boot, NEVER);
  expect((await session.lock(NEVER)).state).toBe('locked');
  expect(unit.record).toMatchObject({ cid: `GID_test@@@${HARDWARE_ID}` });
});
