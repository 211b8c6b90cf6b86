/** The picture of the station: snapshot, frames, gaps, and a station that goes and comes back. */
import { describe, expect, it } from 'vitest';
import { createStationClient } from '../../electron/contract/client.ts';
import { createStationStore } from '../../renderer/station-store.ts';
import { memoryTransport } from '../e2e/gallery/memory-transport.ts';
import { orderView, passedState, stationView } from '../support/snapshots.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

async function started(slots = 3) {
  const transport = memoryTransport(stationView('ready', slots));
  const store = createStationStore(createStationClient(transport), () => 1234);
  const stop = store.start();
  await turn();
  const slotAt = (number: number) => transport.asked && store.slot(`slot-${number}`);
  const passed = (number: number) => {
    const slot = slotAt(number);
    if (slot === undefined) throw new Error(`no slot ${number}`);
    return { ...slot, state: passedState(number) };
  };
  const snapshots = () => transport.asked.filter(({ command }) => command === 'station.snapshot').length;
  return { transport, store, stop, passed, snapshots };
}

describe('the store', () => {
  it('has no picture before the first snapshot, and a live one after it', async () => {
    const transport = memoryTransport(stationView('ready', 3));
    const store = createStationStore(createStationClient(transport));
    expect(store.link()).toEqual({ kind: 'connecting' });
    expect(store.view()).toBeUndefined();
    store.start();
    await turn();
    expect(store.link()).toEqual({ kind: 'live' });
    expect(store.slotIds()).toEqual(['slot-1', 'slot-2', 'slot-3']);
  });

  it('applies frames in the order of their revisions and leaves the other slots as they were', async () => {
    const { transport, store, passed } = await started();
    const before = store.slot('slot-1');
    transport.frame({ slots: [passed(2)] });
    transport.frame({ order: orderView({ passed: 129 }) });
    expect(store.slot('slot-2')?.state.kind).toBe('passed');
    expect(store.slot('slot-1')).toBe(before);
    expect(store.view()).toMatchObject({ revision: 3, order: { passed: 129 } });
    expect(store.view()?.slots.find(({ slotId }) => slotId === 'slot-2')?.state.kind).toBe('passed');
  });

  it('tells the listeners of a changed slot and of no other', async () => {
    const { transport, store, passed } = await started();
    const heard: string[] = [];
    for (const id of store.slotIds()) store.subscribeSlot(id, () => heard.push(id));
    transport.frame({ slots: [passed(3)] });
    expect(heard).toEqual(['slot-3']);
  });

  it('takes a new snapshot after a gap, and none for a frame that it already has', async () => {
    const { transport, store, passed, snapshots } = await started();
    transport.push({ push: 'frame', frame: { revision: 1, slots: [passed(1)] } });
    await turn();
    expect(snapshots()).toBe(1);
    expect(store.slot('slot-1')?.state.kind).toBe('ready');
    transport.push({ push: 'frame', frame: { revision: 9, slots: [passed(1)] } });
    await turn();
    expect(snapshots()).toBe(2);
    expect(store.slot('slot-1')?.state.kind).toBe('ready');
  });

  it('applies the frames that came while a snapshot was on its way', async () => {
    const { transport, store, passed } = await started();
    transport.push({ push: 'station-back' });
    transport.frame({ slots: [passed(1)] });
    await turn();
    transport.frame({ slots: [passed(2)] });
    await turn();
    expect(store.slot('slot-1')?.state.kind).toBe('passed');
    expect(store.slot('slot-2')?.state.kind).toBe('passed');
  });

  it('closes the order when a frame says null, and keeps it when a frame does not say', async () => {
    const { transport, store, passed } = await started();
    transport.frame({ slots: [passed(1)] });
    expect(store.view()?.order).toBeDefined();
    transport.frame({ order: null });
    expect(store.view()?.order).toBeUndefined();
  });

  it('adds a slot that a frame brings, in the order of the numbers', async () => {
    const { transport, store } = await started();
    transport.frame({ slots: [{ slotId: 'new', number: 2.5, state: { kind: 'ready' } }] });
    expect(store.slotIds()).toEqual(['slot-1', 'slot-2', 'new', 'slot-3']);
  });

  it('keeps the last picture while the station is away, and takes a new one when it is back', async () => {
    const { transport, store, snapshots } = await started();
    transport.setAway(true);
    expect(store.link()).toEqual({ kind: 'away', since: 1234 });
    expect(store.slotIds()).toHaveLength(3);
    transport.setAway(false);
    await turn();
    expect(store.link()).toEqual({ kind: 'live' });
    expect(snapshots()).toBe(2);
  });

  it('takes the picture of a station that began to count anew', async () => {
    const { transport, store, passed } = await started();
    for (let count = 0; count < 5; count++) transport.frame({ slots: [passed(1)] });
    const restarted = memoryTransport(stationView('busy', 2));
    transport.request = restarted.request;
    transport.setAway(true);
    transport.push({ push: 'station-back' });
    await turn();
    expect(store.view()?.revision).toBe(1);
    expect(store.slotIds()).toEqual(['slot-1', 'slot-2']);
    expect(store.slot('slot-1')?.state.kind).toBe('running');
  });

  it('hears nothing more once it is stopped', async () => {
    const { transport, store, stop, passed } = await started();
    stop();
    transport.frame({ slots: [passed(1)] });
    expect(store.slot('slot-1')?.state.kind).toBe('ready');
  });
});
