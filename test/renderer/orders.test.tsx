/** The order page: a file before it is opened, its faults, and an AccessKey that nobody can read back. */
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { stationView } from '../support/snapshots.ts';
import { type OpenWindow, openWindow } from './open-window.tsx';

let open: OpenWindow;
afterEach(() => open.close());

async function choose(text: string) {
  const input = open.find('input[type="file"]') as HTMLInputElement;
  const file = new File([text], 'order.yaml', { type: 'application/yaml' });
  await act(async () => {
    Object.defineProperty(input, 'files', { value: [file], configurable: true });
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await open.settle();
}

const asked = (command: string) => open.transport.asked.filter((each) => each.command === command);

describe('the order page', () => {
  it('shows what a file says, in words, before it is opened; then opens it and shows the board', async () => {
    open = await openWindow(stationView('no-order', 8), { page: 'orders' });
    await choose('workOrder: WO-20261124-01\n');
    expect(open.text()).toContain('Proof after a reboot');
    expect(open.text()).toContain('GID_sensor@@@240AC4019E07');
    expect(asked('order.open')).toEqual([]);
    await open.press('Open this order');
    expect(asked('order.open')).toEqual([
      { command: 'order.open', input: { fileName: 'order.yaml', text: 'workOrder: WO-20261124-01\n' } },
    ]);
    expect(open.all('main li button')).toHaveLength(8);
  });

  it('names each fault with its line and field, marks the line, and does not offer to open', async () => {
    open = await openWindow(stationView('no-order', 8), { page: 'orders' });
    await choose('workOrder: A\nproduct: b\nquantity: many\n');
    expect(open.text()).toContain('Line 3');
    expect(open.text()).toContain('cloud.instanceID');
    expect(open.find('li[data-marked]').textContent).toContain('quantity: many');
    expect(open.text()).not.toContain('Open this order');
  });

  it('says what is wrong in the language of the window, and where in a file that the order names', async () => {
    open = await openWindow(stationView('no-order', 8), { page: 'orders', language: 'zh-CN' });
    await choose('workOrder: A\nproduct: b\nquantity: many\n');
    const faults = open.all('ol li').map((each) => each.textContent ?? '');
    expect(faults[0]).toBe('第 3 行quantity应为 1 到 10000000 的整数');
    expect(faults[3]).toContain('profiles/acme-console.yaml 第 41 行第 3 列');
    expect(faults.join('')).not.toMatch(/must be|unknown key|at most/);
  });

  it('closes an order only after asking', async () => {
    open = await openWindow(stationView('mixed', 8), { page: 'orders' });
    await open.press('Close the order');
    expect(asked('order.close')).toEqual([]);
    await open.change(() => open.all('[role="alertdialog"] button')[1]?.click());
    expect(asked('order.close')).toHaveLength(1);
  });
});

describe('the AccessKey', () => {
  it('is sent once and then nowhere on the page, nor in the storage', async () => {
    open = await openWindow(stationView('no-key', 8), { page: 'orders' });
    await open.type('AccessKey ID', 'LTAI5tExample');
    await open.type('AccessKey Secret', 'canary-secret');
    await open.press('Use this key');
    expect(asked('access.enter')).toEqual([
      {
        command: 'access.enter',
        input: { accessKeyId: 'LTAI5tExample', accessKeySecret: 'canary-secret', keep: false },
      },
    ]);
    const values = open.all('input').map((input) => (input as HTMLInputElement).value);
    expect(values).not.toContain('canary-secret');
    expect(document.documentElement.outerHTML).not.toContain('canary-secret');
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('canary-secret');
  });

  it('cannot be kept where the computer cannot seal it', async () => {
    const view = stationView('no-key', 8);
    open = await openWindow({ ...view, access: { source: 'missing', canSeal: false } }, { page: 'orders' });
    const keep = open.find('input[role="switch"]') as HTMLInputElement;
    expect(keep.disabled).toBe(true);
    expect(open.text()).toContain('no key store that could seal it');
  });

  it('is tested step by step, in words, with what to do and what was not tried', async () => {
    open = await openWindow(stationView('mixed', 8), { page: 'orders' });
    await open.press('Test the connection');
    const steps = open.all('li[data-result]').map((each) => [each.dataset.result, each.textContent]);
    expect(steps).toEqual([
      ['well', 'NetworkWell'],
      ['well', 'Cloud serviceWell'],
      ['well', 'ClockWell'],
      ['well', 'AccessKeyWell'],
      ['failed', 'PermissionThe AccessKey lacks the permission.Call the engineer: RAM policy or instance.'],
      ['not-tried', 'InstanceNot tried'],
    ]);
  });
});
