/**
 * What every host has to keep, as one suite: a snapshot, frames that follow it without a gap, typed refusals, two pages that
 * see the same. Run over memory, WebSocket and (where a binary is) Electron.
 */
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../electron/contract/api.ts';
import { createStationClient, type StationClient } from '../../electron/contract/client.ts';
import type { Transport } from '../../electron/contract/envelope.ts';
import type { StationView } from '../../electron/contract/views.ts';
import { TRAINING_ACCESS } from '../../electron/hosts/training-host.ts';
import { orderText } from '../support/order.ts';

export interface HostUnderTest {
  /** A new page of the same host. */
  connect(): Promise<Transport & { close(): void }>;
  close(): Promise<void>;
}

/** Training with a few units, so that something happens. */
export function contractSuite(name: string, start: () => Promise<HostUnderTest>): void {
  describe(`the contract over ${name}`, { timeout: 120_000 }, () => {
    it('gives a snapshot, then frames without a gap that lead to the same view', async () => {
      await using host = await started(start);
      const { client, transport } = await page(host);
      const frames: Frame[] = [];
      transport.subscribe((push) => {
        if (push.push === 'frame') frames.push(push.frame);
      });
      const first = await snapshot(client);
      await expect
        .poll(() => frames.filter(({ revision }) => revision > first.revision).length, { timeout: 30_000 })
        .toBeGreaterThan(5);
      const after = frames.filter(({ revision }) => revision > first.revision);
      expect(after.map(({ revision }) => revision)).toEqual(
        after.map((_, index) => first.revision + 1 + index),
      );
    });

    it('shows two pages, and one that was loaded anew, the same state', async () => {
      await using host = await started(start);
      const [one, two] = [await page(host), await page(host)];
      await expect
        .poll(async () => (await snapshot(one.client)).slots.some(({ state }) => state.kind === 'running'), {
          timeout: 30_000,
        })
        .toBe(true);
      await one.client.call('station.rename', { name: 'Bench 7' });
      const anew = await page(host);
      // Asked at once: between two questions a unit may come or go.
      const views = await Promise.all([one, two, anew].map(({ client }) => snapshot(client)));
      expect(views.map(({ foot }) => foot.stationName)).toEqual(['Bench 7', 'Bench 7', 'Bench 7']);
      expect(new Set(views.map(({ order }) => order?.number))).toEqual(new Set(['TRAINING']));
      expect(new Set(views.map(({ slots }) => slots.length)).size).toBe(1);
    });

    it('brings units to PASS', async () => {
      await using host = await started(start);
      const { client } = await page(host);
      await expect
        .poll(async () => (await snapshot(client)).order?.passed ?? 0, { timeout: 60_000 })
        .toBeGreaterThan(0);
    });

    it('refuses what it does not know, what does not fit, and what is not possible, as data', async () => {
      await using host = await started(start);
      const { client, transport } = await page(host);
      const unknown = await transport.request({ command: 'station.explode' as never, input: {} });
      expect(unknown).toMatchObject({ ok: false, error: { code: 'COMMAND_UNKNOWN' } });
      const inherited = await transport.request({ command: 'constructor' as never, input: {} });
      expect(inherited).toMatchObject({ ok: false, error: { code: 'COMMAND_UNKNOWN' } });
      const unfit = await client.call('slot.details', { slotId: 7 } as never);
      expect(unfit).toMatchObject({
        ok: false,
        error: { code: 'COMMAND_INVALID', evidence: { field: 'slotId' } },
      });
      const more = await client.call('order.close', { now: true } as never);
      expect(more).toMatchObject({ ok: false, error: { code: 'COMMAND_INVALID' } });
      const nowhere = await client.call('slot.details', { slotId: '99' });
      expect(nowhere).toMatchObject({ ok: false, error: { code: 'PORT_NOT_FOUND' } });
    });

    it('previews an order with its faults, and never opens one that has any', async () => {
      await using host = await started(start);
      const { client } = await page(host);
      const text = 'workOrder: X\nquantity: many\n';
      const preview = await client.call('order.preview', { fileName: 'x.yaml', text });
      expect(preview).toMatchObject({ ok: true, output: { ok: false } });
      const faults = preview.ok && !preview.output.ok ? preview.output.faults : [];
      expect(faults).toContainEqual(expect.objectContaining({ line: 2, field: 'quantity' }));
      const opened = await client.call('order.open', { fileName: 'x.yaml', text });
      expect(opened).toMatchObject({ ok: false, error: { code: 'ORDER_INVALID' } });
      expect((await snapshot(client)).order?.number).toBe('TRAINING');
    });

    it('finds and exports what was recorded', async () => {
      await using host = await started(start);
      const { client } = await page(host);
      await expect
        .poll(async () => (await snapshot(client)).order?.passed ?? 0, { timeout: 60_000 })
        .toBeGreaterThan(0);
      const found = await client.call('records.search', { text: '', filter: 'passed' });
      const rows = found.ok ? found.output.rows : [];
      expect(rows[0]).toMatchObject({ outcome: 'PASS', orderNumber: 'TRAINING' });
      const { hardwareId = '' } = rows[0] ?? {};
      const one = await client.call('records.search', { text: hardwareId, filter: 'passed' });
      expect(one.ok && one.output.rows.map((row) => row.hardwareId)).toEqual([hardwareId]);
      const exported = await client.call('records.export', {
        text: hardwareId,
        filter: 'all',
        format: 'csv',
      });
      expect(exported.ok && exported.output.text).toContain(hardwareId);
    });

    it('without an AccessKey has no order open and no slot ready; with one the order goes on by itself', async () => {
      await using host = await started(start);
      const { client } = await page(host);
      const orderNow = async () => (await snapshot(client)).order?.number;
      await expect.poll(orderNow, { timeout: 30_000 }).toBe('TRAINING');
      const slotsNow = async () => (await snapshot(client)).slots.length;
      await expect.poll(slotsNow, { timeout: 30_000 }).toBeGreaterThan(0);
      const forgotten = await client.call('access.forget', {});
      expect(forgotten).toMatchObject({ ok: true, output: { source: 'missing' } });
      await expect.poll(orderNow, { timeout: 30_000 }).toBeUndefined();
      const { access, slots } = await snapshot(client);
      expect(access.source).toBe('missing');
      expect(new Set(slots.map(({ state }) => state.kind))).toEqual(new Set(['empty']));
      const refused = await client.call('order.open', { fileName: 'x.yaml', text: orderText({}) });
      expect(refused).toMatchObject({ ok: false, error: { code: 'ACCESS_MISSING' } });
      const { accessKeyId, accessKeySecret } = TRAINING_ACCESS;
      await client.call('access.enter', { accessKeyId, accessKeySecret, keep: false });
      await expect.poll(orderNow, { timeout: 30_000 }).toBe('TRAINING');
    });

    it('tests the connection in steps', async () => {
      await using host = await started(start);
      const { client } = await page(host);
      const tested = await client.call('access.test', {});
      expect(tested.ok && tested.output.map(({ result }) => result)).toEqual(Array(6).fill('well'));
    });
  });
}

async function started(start: () => Promise<HostUnderTest>) {
  const host = await start();
  return { ...host, [Symbol.asyncDispose]: () => host.close() };
}

async function page(host: HostUnderTest): Promise<{ client: StationClient; transport: Transport }> {
  const transport = await host.connect();
  return { client: createStationClient(transport), transport };
}

async function snapshot(client: StationClient): Promise<StationView> {
  const answer = await client.call('station.snapshot', {});
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.output;
}
