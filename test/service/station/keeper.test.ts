/** A slot of the board over a shift: what it shows while ports come and go. */
import { expect, it, onTestFinished } from 'vitest';
import { SlotKeeper } from '../../../electron/station/slot-keeper.ts';
import { Bench } from '../../support/bench.ts';

async function slotOf(bench: Bench, options: Parameters<Bench['unit']>[0] = {}) {
  const { unit, slot } = bench.unit(options);
  const keeper = new SlotKeeper({
    slotId: 'slot-1',
    number: 1,
    port: slot,
    isOff: false,
    onChange: () => {},
    onFatal: (error) => expect.fail(error.message),
  });
  bench.onEvent = (event) => keeper.hear(event);
  onTestFinished(() => keeper.setOff(true));
  const state = () => keeper.view([0.2, 0.2, 0.2, 0.2, 0.2]).state;
  return { unit, slot, keeper, state };
}

it('takes a unit as soon as it is plugged in, and keeps its result until it is gone', async () => {
  await using bench = await Bench.open();
  const { unit, slot, keeper, state } = await slotOf(bench);
  await keeper.setStation(await bench.station());
  keeper.locate(await slot.locate());
  await expect.poll(() => state().kind, { timeout: 10_000 }).toBe('passed');
  unit.unplug();
  keeper.locate(undefined);
  await expect.poll(() => ['ready', 'empty'].includes(state().kind), { timeout: 10_000 }).toBe(true);
});

it('gives what was plugged in while it waited twenty seconds to answer, and then says that it does not', async () => {
  await using bench = await Bench.open();
  const { slot, keeper, state } = await slotOf(bench, { faults: { onRequest: () => 'ignored' } });
  keeper.locate(await slot.locate());
  await keeper.setStation(await bench.station());
  await expect.poll(() => state().kind).toBe('ready');
  // An adapter that is always there may be silent for ever. Now it is taken out, and another one put in.
  keeper.locate(undefined);
  keeper.locate(await slot.locate());
  expect(state()).toMatchObject({ kind: 'running', phase: 'identify' });
  await expect
    .poll(() => state(), { timeout: 30_000 })
    .toMatchObject({ kind: 'failed', failure: { code: 'UNIT_SILENT' } });
});
