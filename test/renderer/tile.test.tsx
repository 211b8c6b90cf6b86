/** A tile in each state and both languages: number, word, shape, what to do, whose it is; and that it draws alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SlotStateView, StationView } from '../../electron/contract/views.ts';
import {
  arrivedState,
  doneBeforeState,
  failedState,
  failureView,
  passedState,
  runningState,
  stationView,
} from '../support/snapshots.ts';
import { type OpenWindow, openWindow } from './open-window.tsx';

let open: OpenWindow;
afterEach(() => open.close());

function viewWith(...states: readonly SlotStateView[]): StationView {
  const view = stationView('ready', states.length);
  return {
    ...view,
    slots: view.slots.map((slot, index) => ({ ...slot, state: states[index] ?? slot.state })),
  };
}

const tile = (number: number) => open.all('main li button')[number - 1] as HTMLElement;

const doubtful = failureView('CLOUD_TIMEOUT', { isInDoubt: true });

describe('a tile', () => {
  it.each<[SlotStateView, string, readonly string[], readonly string[]]>([
    [{ kind: 'ready' }, 'ready', ['READY', 'Put a unit in'], ['就绪', '放入产品']],
    [arrivedState(), 'running', ['Identifying…', '0%'], ['识别中…', '0%']],
    [runningState(0, 'write', 0.5), 'running', ['Writing…', '42%', '019E07'], ['烧录中…', '42%']],
    [passedState(0), 'passed', ['PASS', 'Take it out', '019E07'], ['合格', '取走产品']],
    [doneBeforeState(0), 'done', ['DONE BEFORE', '0472'], ['已完成', '0472']],
    [
      failedState(0, failureView('PORT_LOST')),
      'bad',
      ['STOPPED', 'Slot or cable', 'Change the cable, put the same unit in again.', 'PORT_LOST'],
      ['已停止', '槽位 / 线缆', '换一根线，再放入同一产品。', 'PORT_LOST'],
    ],
    [
      failedState(0, failureView('PROOF_WRONG')),
      'bad',
      ['FAIL', 'Unit', 'Red bin. Do not retry.'],
      ['不合格', '产品', '放入红箱，不要重试。'],
    ],
    [
      failedState(0, failureView('CREDENTIAL_EXISTS')),
      'decide',
      ['DECIDE', 'Order', 'call the engineer'],
      ['待处理', '工单'],
    ],
    [failedState(0, doubtful), 'doubt', ['IN DOUBT', 'Cloud'], ['待确认', '云端']],
    [{ kind: 'off' }, 'off', ['OFF'], ['停用']],
    [{ kind: 'empty' }, 'empty', ['Empty'], ['空闲']],
  ])('says in both languages what %o is', async (state, form, english, chinese) => {
    open = await openWindow(viewWith(state), { language: 'en' });
    expect(tile(1).dataset.form).toBe(form);
    for (const words of english) expect(tile(1).textContent).toContain(words);
    expect(tile(1).textContent).toContain('Slot 1');
    await open.close();
    open = await openWindow(viewWith(state), { language: 'zh-CN' });
    for (const words of chinese) expect(tile(1).textContent).toContain(words);
  });

  it('has another shape for every form that has one', async () => {
    open = await openWindow(
      viewWith(
        { kind: 'ready' },
        passedState(1),
        doneBeforeState(2),
        failedState(3, failureView('PORT_LOST')),
        failedState(4, failureView('CREDENTIAL_EXISTS')),
        failedState(5, doubtful),
        { kind: 'off' },
      ),
    );
    const drawn = [1, 2, 3, 4, 5, 6, 7].map((number) =>
      tile(number).querySelector('path')?.getAttribute('d'),
    );
    expect(drawn).not.toContain(undefined);
    expect(new Set(drawn).size).toBe(7);
  });

  it('invites to what is missing: an order, a unit, or nothing once the order is complete', async () => {
    open = await openWindow(stationView('no-order', 1));
    expect(tile(1).textContent).toContain('No work order is open');
    await open.close();
    open = await openWindow(stationView('complete', 1));
    expect(tile(1).textContent).not.toContain('Put a unit in');
    expect(tile(1).textContent).toContain('The order is complete');
  });

  it('follows its own progress and leaves its neighbours’ elements alone', async () => {
    open = await openWindow(viewWith(runningState(0, 'write', 0.1), runningState(1, 'write', 0.1)));
    const [slot] = stationView('ready', 2).slots;
    const before = tile(2).innerHTML;
    const word = tile(1).querySelector('[data-part="word"]');
    await open.change(() =>
      open.transport.frame({ slots: [{ ...slot!, state: runningState(0, 'write', 0.9) }] }),
    );
    expect(tile(1).textContent).toContain('58%');
    expect(tile(1).querySelector('[data-part="word"]')).toBe(word);
    expect(tile(2).innerHTML).toBe(before);
    await open.change(() =>
      open.transport.frame({ slots: [{ ...slot!, state: runningState(0, 'verify', 0.5) }] }),
    );
    expect(tile(1).textContent).toContain('Verifying…');
    expect(tile(1).textContent).toContain('76%');
  });

  it('says at once that the cloud keeps a unit waiting, and no longer when it goes on', async () => {
    const waiting = runningState(0, 'register', 0.5);
    open = await openWindow(viewWith(waiting));
    const [slot] = stationView('ready', 1).slots;
    const show = (state: SlotStateView) =>
      open.change(() => open.transport.frame({ slots: [{ ...slot!, state }] }));
    expect(tile(1).textContent).not.toContain('Leave the unit in');
    await show({ ...waiting, awaitsCloud: true });
    expect(tile(1).textContent).toContain('Leave the unit in');
    await show(waiting);
    expect(tile(1).textContent).not.toContain('Leave the unit in');
  });

  it('moves on a frame for the next unit in the same phase', async () => {
    open = await openWindow(viewWith(runningState(0, 'write', 0.9)));
    const [slot] = stationView('ready', 1).slots;
    await open.change(() =>
      open.transport.frame({ slots: [{ ...slot!, state: runningState(7, 'write', 0.1) }] }),
    );
    expect(tile(1).textContent).toContain('019F26');
    expect(tile(1).textContent).toContain('26%');
  });

  it('changes its language while a unit is at work, and says the language of the page', async () => {
    open = await openWindow(viewWith(runningState(0, 'write', 0.5)));
    expect(document.documentElement.lang).toBe('en');
    await open.press('Settings');
    await open.change(() =>
      open
        .all('label')
        .find((label) => label.textContent === '中文')
        ?.click(),
    );
    expect(document.documentElement.lang).toBe('zh-CN');
    await open.press('看板');
    expect(tile(1).textContent).toContain('烧录中…');
    expect(tile(1).textContent).toContain('42%');
  });
});

describe('the grid', () => {
  it('is one tab stop, and arrows go from tile to tile', async () => {
    open = await openWindow(stationView('ready', 8));
    const stops = () => open.all('main li button').filter((each) => each.tabIndex === 0);
    expect(stops()).toEqual([tile(1)]);
    tile(1).focus();
    const press = (key: string) =>
      open.change(() =>
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })),
      );
    await press('ArrowRight');
    expect(document.activeElement).toBe(tile(2));
    await press('End');
    expect(document.activeElement).toBe(tile(8));
    await press('Home');
    expect(stops()).toEqual([tile(1)]);
  });
});
