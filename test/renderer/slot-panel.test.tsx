/** The panel of a slot: what it explains, and that each press sends the one right command. */
import { afterEach, describe, expect, it } from 'vitest';
import { SLOT_ACTIONS, type SlotAction, type StationView } from '../../electron/contract/views.ts';
import type { Language } from '../../renderer/i18n/language.tsx';
import { EVIDENCE, failureView, stationView } from '../support/snapshots.ts';
import { type OpenWindow, openWindow } from './open-window.tsx';

let open: OpenWindow;
afterEach(() => open.close());

const NAMES: Readonly<Record<SlotAction, string>> = {
  stop: 'Stop this run',
  release: 'Free the slot',
  'provision-again': 'Provision again',
  'set-aside': 'Set aside',
  'take-back': 'Take back',
};

const sent = () =>
  open.transport.asked.filter(({ command }) => /^slot\./.test(command) && command !== 'slot.details');

async function openPanel(
  view: StationView,
  number: number,
  actions: readonly SlotAction[],
  language: Language = 'en',
) {
  open = await openWindow(view, {
    language,
    handlers: {
      'slot.details': () => ({ slot: view.slots[number - 1]!, transcript: [], actions }),
    },
  });
  await open.change(() => open.all('main li button')[number - 1]?.click());
}

describe('the panel of a slot', () => {
  it.each(SLOT_ACTIONS.filter((action) => action !== 'provision-again'))(
    'sends %s for its slot and for no other',
    async (action) => {
      await openPanel(stationView('mixed', 8), 3, [action]);
      await open.press(NAMES[action]);
      expect(sent()).toEqual([{ command: `slot.${action}`, input: { slotId: 'slot-3' } }]);
    },
  );

  it('asks once more before it provisions again, and can be told no', async () => {
    await openPanel(stationView('failing', 8), 2, ['provision-again']);
    await open.press('Provision again');
    expect(sent()).toEqual([]);
    expect(open.find('[role="alertdialog"]').textContent).toContain('Provision this unit again?');
    await open.press('Cancel');
    expect(sent()).toEqual([]);
    await open.press('Provision again');
    const again = open
      .all('[role="alertdialog"] button')
      .find((each) => each.textContent === 'Provision again');
    await open.change(() => again?.click());
    expect(sent()).toEqual([{ command: 'slot.provision-again', input: { slotId: 'slot-2' } }]);
  });

  it.each([
    [1, 'Take it out'],
    [7, 'Set aside by hand'],
    [8, 'Put a unit in'],
  ])('says of slot %d without a fault what to do', async (number, todo) => {
    await openPanel(stationView('mixed', 8), number, []);
    expect(open.find('[role="dialog"] section').textContent).toContain(todo);
  });

  it('offers what the station names and nothing else', async () => {
    await openPanel(stationView('failing', 8), 1, ['release']);
    const offered = open.all('[role="dialog"] footer button').map((each) => each.textContent);
    expect(offered).toEqual(['Free the slot']);
  });

  it('explains a failure: whose, what to do, what happened, the code and the cloud’s own', async () => {
    await openPanel(stationView('failing', 8), 3, []);
    const said = open.find('[role="dialog"]').textContent;
    for (const words of [
      'IN DOUBT',
      'Cloud',
      'Put the same unit in again.',
      'The cloud did not answer in time.',
      'CLOUD_TIMEOUT',
      'Throttling.User',
    ])
      expect(said).toContain(words);
  });

  it.each<Language>(['en', 'zh-CN'])(
    'names what it tells an engineer in words, each once (%s)',
    async (language) => {
      const view = stationView('failing', 8);
      const evidence = { ...EVIDENCE, cloudCode: 'Throttling.User', rc: 7 };
      const failure = failureView('CLOUD_TIMEOUT', { evidence });
      const state = { kind: 'failed', at: new Date().toISOString(), failure, times: {} } as const;
      const slots = view.slots.map((slot) => (slot.number === 3 ? { ...slot, state } : slot));
      await openPanel({ ...view, slots }, 3, [], language);
      const facts = open
        .all('[role="dialog"] dl')
        .find((each) => each.textContent?.includes('CLOUD_TIMEOUT'));
      const names = [...(facts?.querySelectorAll('dt') ?? [])].map((each) => each.textContent);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain(language === 'en' ? 'Error number of the unit' : '设备错误号');
      expect(names.filter((name) => Object.keys(evidence).includes(name ?? ''))).toEqual([]);
    },
  );

  it('says why a command was refused, and stays open', async () => {
    const view = stationView('busy', 2);
    await openPanel(view, 1, ['stop']);
    open.transport.request = async () => ({
      id: 0,
      ok: false,
      error: { code: 'NOT_POSSIBLE_NOW', evidence: {} },
    });
    await open.press('Stop this run');
    expect(open.find('[role="dialog"]').textContent).toContain('That is not possible at this moment.');
  });

  it('closes by Escape', async () => {
    await openPanel(stationView('mixed', 8), 1, []);
    await open.change(() =>
      open
        .find('[role="dialog"]')
        .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })),
    );
    expect(open.all('[role="dialog"]')).toEqual([]);
  });
});
