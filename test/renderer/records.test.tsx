/** The records page: search, filter, pages, one row in full, export. */
import { afterEach, describe, expect, it } from 'vitest';
import { stationView } from '../support/snapshots.ts';
import { type OpenWindow, openWindow } from './open-window.tsx';

/** The pause after a key, as the page keeps it. */
const PAUSE_MS = 200;

let open: OpenWindow;
afterEach(() => open.close());

const searches = () =>
  open.transport.asked.filter(({ command }) => command === 'records.search').map(({ input }) => input);
const asked = (count: number) => open.until(() => searches().length >= count);
const rows = () => open.all('tbody tr');

async function openRecords() {
  open = await openWindow(stationView('mixed', 8), { page: 'records' });
  await asked(1);
}

describe('the records page', () => {
  it('shows what passed, and the next page when asked', async () => {
    await openRecords();
    expect(searches()).toEqual([{ text: '', filter: 'passed' }]);
    expect(rows()).toHaveLength(25);
    await open.press('Show more');
    expect(searches().at(-1)).toEqual({ text: '', filter: 'passed', after: '25' });
    expect(rows().length).toBeGreaterThan(25);
  });

  it('searches once for what was typed, a moment after the last key', async () => {
    await openRecords();
    const input = open.find('input[type="search"]') as HTMLInputElement;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    const begun = Date.now();
    for (const typed of ['4', '40', '4019E59'])
      await open.change(() => {
        set?.call(input, typed);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
    // On a busy machine a key may come after the pause of the one before it: then that one is searched for, rightly.
    const pauses = Math.floor((Date.now() - begun) / PAUSE_MS);
    await open.until(() => rows().length === 1);
    expect(searches().at(-1)).toEqual({ text: '4019E59', filter: 'passed' });
    expect(searches().slice(1).length).toBeLessThanOrEqual(1 + Math.min(2, pauses));
  });

  it('asks anew for another filter', async () => {
    await openRecords();
    await open.change(() =>
      open
        .all('label')
        .find((each) => each.textContent === 'In doubt')
        ?.click(),
    );
    await asked(2);
    expect(searches().at(-1)).toEqual({ text: '', filter: 'in-doubt' });
    expect(rows().length).toBeGreaterThan(0);
    for (const row of rows()) expect(row.textContent).toContain('IN DOUBT');
  });

  it('opens a row in full', async () => {
    await openRecords();
    await open.change(() => rows()[0]?.click());
    expect(open.find('[role="dialog"]').textContent).toContain('DAK.240AC4019E07');
  });

  it('is one tab stop, in which up and down lead from row to row', async () => {
    await openRecords();
    const stops = () => open.all('tbody button').filter((each) => (each as HTMLElement).tabIndex === 0);
    expect(stops()).toHaveLength(1);
    await open.change(() => (stops()[0] as HTMLElement).focus());
    const press = (key: string) =>
      open.change(() =>
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })),
      );
    for (const [key, row] of [
      ['ArrowUp', 0],
      ['ArrowDown', 1],
      ['End', 24],
      ['ArrowDown', 24],
      ['Home', 0],
    ] as const) {
      await press(key);
      expect(open.all('tbody button').indexOf(document.activeElement as HTMLElement)).toBe(row);
      expect(stops()).toEqual([document.activeElement]);
    }
  });

  it('tells of one that failed with what, in words', async () => {
    await openRecords();
    await open.change(() =>
      open
        .all('label')
        .find((each) => each.textContent === 'All attempts')
        ?.click(),
    );
    await open.until(() => rows().some((row) => row.textContent?.includes('FAIL')));
    await open.change(() =>
      rows()
        .find((row) => row.textContent?.includes('FAIL'))
        ?.click(),
    );
    const facts = open.all('[role="dialog"] dl').map((each) => each.textContent);
    expect(facts.find((text) => text?.includes('PROOF_WRONG'))).toMatch(/Verify.*Tries3/);
  });

  it('says how many rows it saved, and when they are not all', async () => {
    await openRecords();
    await open.press('CSV');
    expect(open.text()).toContain('60 rows saved');
    expect(open.transport.asked.at(-1)).toEqual({
      command: 'records.export',
      input: { text: '', filter: 'passed', format: 'csv' },
    });
  });
});
