/** One more attempt at a unit that is still there, as a person asks for it on the board. */
import { expect, it } from 'vitest';
import { wrongProof } from '../../../electron/simulator/units/faults.ts';
import { Bench } from '../../support/bench.ts';

const NEVER = new AbortController().signal;
const OPTIONS = { waitMs: 5_000, admit: () => true };

it('brings a unit to PASS whose fault is gone', async () => {
  await using bench = await Bench.open();
  const { unit, slot } = bench.unit({ faults: wrongProof() });
  const runner = await bench.runner(slot);
  expect(await runner.attempt(OPTIONS, NEVER)).toMatchObject({ finish: { code: 'PROOF_WRONG' } });
  unit.faults = {};
  expect(await runner.repeat(NEVER)).toMatchObject({ finish: { outcome: 'PASS' }, unit: 'UNIT0001' });
  await runner.release();
});

it('leaves a unit that answers nothing any more as it was: known, and in doubt', async () => {
  await using bench = await Bench.open();
  const { unit, slot } = bench.unit({ faults: wrongProof() });
  const runner = await bench.runner(slot);
  expect(await runner.attempt(OPTIONS, NEVER)).toMatchObject({ finish: { inDoubt: true } });
  unit.faults = { onRequest: () => 'ignored' };
  const again = await runner.repeat(NEVER);
  expect(again).toMatchObject({ finish: { outcome: 'TIMEOUT', inDoubt: true }, unit: 'UNIT0001' });
  expect(bench.events.slice(-2).map(({ type }) => type)).toEqual(['unit-identified', 'unit-finished']);
  // And once it answers again, so does the next press.
  unit.faults = {};
  expect(await runner.repeat(NEVER)).toMatchObject({ finish: { outcome: 'PASS' } });
  await runner.release();
});
