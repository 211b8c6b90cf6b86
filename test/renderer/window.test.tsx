/** The window around the board: order bar, strip, foot line, a lost station, training, and what is announced. */
import { afterEach, describe, expect, it } from 'vitest';
import { failedState, failureView, orderView, passedState, stationView } from '../support/snapshots.ts';
import { type OpenWindow, openWindow } from './open-window.tsx';

let open: OpenWindow;
afterEach(() => open.close());

const bar = () => open.find('header').textContent;
const strip = () => open.find('[aria-label="What needs somebody, oldest first"]');

describe('the order bar', () => {
  it('answers the lead: how many of how many, left, in doubt, first pass, units per hour, takt', async () => {
    open = await openWindow(stationView('mixed', 8));
    for (const words of [
      'WO-20261124-01',
      '128',
      '/ 500',
      'left 372',
      'in doubt 1',
      '99.2%',
      '212',
      '16.9 s',
    ])
      expect(bar()).toContain(words);
  });

  it('shows a dash for what is not known yet', async () => {
    const { firstPassYield: _f, unitsPerHour: _u, taktSeconds: _t, ...order } = orderView({ passed: 0 });
    open = await openWindow({ ...stationView('ready', 8), order });
    expect(open.all('header dd').map((each) => each.textContent)).toEqual(['–', '–', '–']);
  });

  it('never rounds a yield up to 100%', async () => {
    open = await openWindow({ ...stationView('ready', 8), order: orderView({ firstPassYield: 0.99999 }) });
    expect(bar()).toContain('99.9%');
  });

  it('leads to the units in doubt', async () => {
    open = await openWindow(stationView('mixed', 8));
    await open.press('in doubt 1');
    const search = () => open.transport.asked.find(({ command }) => command === 'records.search');
    await open.until(() => search() !== undefined);
    expect(search()?.input).toMatchObject({ filter: 'in-doubt' });
  });
});

describe('the strip', () => {
  it('is calm when nothing needs somebody', async () => {
    open = await openWindow(stationView('passed', 8));
    expect(strip().textContent).toContain('Nothing needs you');
  });

  it('puts the station’s own troubles first, then the slots, oldest first', async () => {
    const view = stationView('ready', 3);
    const slots = view.slots.map((slot, index) => ({
      ...slot,
      state: failedState(index, failureView('PORT_LOST'), [10, 300, 60][index]),
    }));
    open = await openWindow({ ...view, slots, access: { source: 'missing', canSeal: false } });
    await open.change(() => strip().querySelector<HTMLElement>(':scope > button')?.click());
    const entries = open.all('[role="dialog"] li').map((each) => each.textContent ?? '');
    expect(entries).toHaveLength(4);
    expect(entries[0]).toContain('AccessKey');
    expect(entries.slice(1).map((entry) => entry.match(/Slot (\d)/)?.[1])).toEqual(['2', '3', '1']);
  });
});

describe('a station without an AccessKey', () => {
  it('says in one word what is missing, who comes and where; no slot looks ready, and the way there is one press', async () => {
    open = await openWindow(stationView('no-key', 8));
    const notice = open.find('[role="alert"]').textContent;
    expect(notice).toContain('NO ACCESSKEY');
    expect(notice).toContain('Call the engineer');
    expect(notice).toContain('on the order page');
    expect(open.text()).not.toContain('READY');
    expect(open.all('button').map((each) => each.textContent)).not.toContain('Open a work order');
    await open.press('Enter the AccessKey');
    expect(open.text()).toContain('AccessKey Secret');
    expect(document.activeElement).toBe(open.find('main'));
  });

  it('shows the units that are still at work, and asks for no other', async () => {
    open = await openWindow(stationView('key-gone', 8));
    expect(open.all('main li button')).toHaveLength(8);
    expect(open.all('main li button[data-form="running"]')).toHaveLength(2);
    expect(open.all('main li button[data-form="ready"]')).toEqual([]);
    expect(open.find('main').textContent).toContain('No AccessKey: call the engineer');
  });

  it('is the board again as soon as there is one', async () => {
    open = await openWindow(stationView('no-key', 8));
    const { access, slots } = stationView('ready', 8);
    await open.change(() => open.transport.frame({ slots, order: orderView(), view: { access } }));
    expect(open.all('main li button[data-form="ready"]')).toHaveLength(8);
    expect(open.text()).not.toContain('NO ACCESSKEY');
  });
});

describe('the foot line', () => {
  it('says in a word what is not well', async () => {
    const view = stationView('ready', 8);
    const foot = { ...view.foot, cloud: { state: 'away' as const } };
    open = await openWindow({ ...view, foot });
    expect(open.find('footer').textContent).toContain('Cloudaway');
    const { operator: _nobody, ...unnamed } = view.foot;
    await open.change(() => open.transport.frame({ view: { foot: unnamed } }));
    expect(open.find('footer').textContent).toContain('Nobody signed in');
  });
});

describe('a lost station', () => {
  it('is said in one word, keeps the last tiles as not current, and ends when it is back', async () => {
    open = await openWindow(stationView('mixed', 8));
    await open.change(() => open.transport.setAway(true));
    expect(open.find('[role="alert"]').textContent).toContain('STATION LOST');
    expect(open.find('main ul').dataset.stale).toBe('true');
    expect(open.all('main li button')).toHaveLength(8);
    expect(open.text()).not.toContain('Cloud38 ms');
    await open.change(() => open.transport.setAway(false));
    expect(open.text()).not.toContain('STATION LOST');
    expect(open.find('main ul').dataset.stale).toBeUndefined();
  });
});

describe('a lost station without a fault', () => {
  it('does not say that nothing needs anybody: that is not known', async () => {
    open = await openWindow(stationView('passed', 8));
    expect(strip().textContent).toContain('Nothing needs you');
    await open.change(() => open.transport.setAway(true));
    expect(strip().textContent).not.toContain('Nothing needs you');
  });
});

describe('training', () => {
  it('is marked over everything, and has the trainer’s menu', async () => {
    open = await openWindow(stationView('training', 8));
    expect(open.text()).toContain('Nothing here counts.');
    await open.press('Faults');
    await open.change(() => open.all('[role="dialog"] input[role="switch"]')[0]?.click());
    expect(open.transport.asked.at(-1)).toEqual({
      command: 'training.inject',
      input: { fault: 'pulled-cable', isActive: true },
    });
  });

  it('is nowhere to be seen in production', async () => {
    open = await openWindow(stationView('mixed', 8));
    expect(open.text()).not.toContain('TRAINING');
    expect(open.all('button').map((each) => each.textContent)).not.toContain('Faults');
  });
});

describe('the announcer', () => {
  it('tells results, and no percents', async () => {
    open = await openWindow(stationView('busy', 2));
    const said = () => open.find('[aria-live="polite"].unseen').textContent;
    const [first, second] = stationView('busy', 2).slots;
    await open.change(() => open.transport.frame({ slots: [first!] }));
    expect(said()).toBe('');
    await open.change(() =>
      open.transport.frame({
        slots: [
          { ...first!, state: passedState(0) },
          { ...second!, state: failedState(1, failureView('PORT_LOST')) },
        ],
      }),
    );
    await open.until(() => said() !== '');
    expect(said()).toContain('Slot 1: PASS.');
    expect(said()).toContain('Slot 2: STOPPED. Slot or cable. Change the cable');
  });

  it('tells many that end together in one sentence for each word, once', async () => {
    open = await openWindow(stationView('busy', 64));
    const region = open.find('[aria-live="polite"].unseen');
    const spoken: string[] = [];
    const observer = new MutationObserver(() => void spoken.push(region.textContent ?? ''));
    observer.observe(region, { childList: true, subtree: true, characterData: true });
    const { slots } = stationView('busy', 64);
    await open.change(() => {
      for (const [index, slot] of slots.entries()) {
        const state = index === 4 ? failedState(4, failureView('PORT_LOST')) : passedState(index);
        open.transport.frame({ slots: [{ ...slot, state }] });
      }
    });
    await open.until(() => spoken.length > 0);
    observer.disconnect();
    const others = slots.map(({ number }) => number).filter((number) => number !== 5);
    expect(spoken).toEqual([`PASS: slots ${others.join(', ')}. Slot 5: STOPPED.`]);
  });

  it('tells a result again that is the same as the last', async () => {
    open = await openWindow(stationView('busy', 2));
    const region = open.find('[aria-live="polite"].unseen');
    const [slot] = stationView('busy', 2).slots;
    const passed = { ...slot!, state: passedState(0) };
    await open.change(() => open.transport.frame({ slots: [passed] }));
    await open.until(() => region.textContent !== '');
    const first = region.firstElementChild;
    await open.change(() => open.transport.frame({ slots: [slot!] }));
    await open.change(() => open.transport.frame({ slots: [passed] }));
    await open.until(() => region.firstElementChild !== first);
    expect(region.textContent).toBe('Slot 1: PASS.');
  });
});
