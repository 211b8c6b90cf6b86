/**
 * Power fails at every single operation of the flash, while the record is written or erased, beside what others keep in the
 * partition. The write is made again, nothing of others is lost at any moment, and nothing is green that is not whole.
 */
import { describe, expect, it, vi } from 'vitest';
import { encodeNvs } from '../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import {
  integerValue,
  type NvsNamespace,
  stringValue,
} from '../../../electron/devices/esp32-nvs/nvs/types.ts';
import type { FlashOperation } from '../../../electron/simulator/esp32/flash-array.ts';
import { isSoak } from '../../support/campaign.ts';
import type { OrderOverrides } from '../../support/order.ts';
import {
  type BenchChip,
  chipOf,
  ESP32,
  expectProvisioned,
  inGroups,
  isDone,
  macOf,
  openBench,
} from './chip-bench.ts';
import { connectTo, NVS, rulesOf, storedIn } from './chips.ts';

const OTHERS: readonly NvsNamespace[] = [
  {
    name: 'wifi',
    entries: [
      { key: 'ssid', value: stringValue('factory-net') },
      { key: 'channel', value: integerValue('u8', 6) },
    ],
  },
  {
    name: 'calibration',
    // More than a page, so that what is kept moves to two new pages.
    entries: Array.from({ length: 20 }, (_, index) => ({
      key: `point${index}`,
      value: stringValue(`${index} `.repeat(60)),
    })),
  },
];

interface Campaign {
  readonly name: string;
  readonly size: number;
  readonly others: readonly NvsNamespace[];
  readonly order: OrderOverrides;
}

const CAMPAIGNS: readonly Campaign[] = [
  { name: 'into a blank partition', size: NVS.size, others: [], order: ESP32 },
  { name: 'beside what others keep', size: NVS.size, others: OTHERS, order: ESP32 },
  {
    name: 'in place of what others kept',
    size: NVS.size,
    others: OTHERS,
    order: { ...ESP32, own: { contents: 'replace' } },
  },
];

function chipWith(mac: string, { size, others }: Campaign): BenchChip {
  const on = chipOf(mac, {
    partitions: [{ label: 'nvs', type: 1, subtype: 2, address: NVS.offset, size }],
  });
  if (others.length > 0) on.chip.flash.load(NVS.offset, encodeNvs(others, size));
  return on;
}

function othersOf({ chip }: BenchChip, size: number) {
  return OTHERS.map(({ name }) => storedIn(chip, name, { offset: NVS.offset, size }));
}

/** The operations of a write without an interruption. */
async function operationsOf(campaign: Campaign): Promise<number> {
  await using bench = await openBench();
  const on = chipWith(macOf(0xf0), campaign);
  expect(await bench.attempt(on.slot, campaign.order)).toMatchObject({ finish: { outcome: 'PASS' } });
  on.chip.close();
  return on.chip.flash.log.length;
}

describe.each(CAMPAIGNS)('a write $name', (campaign) => {
  const keeps = campaign.others.length > 0 && campaign.order.own?.contents !== 'replace';

  it('that power cuts off at any operation of the flash is made again', { timeout: 300_000 }, async () => {
    const total = await operationsOf(campaign);
    expect(total).toBeGreaterThan(2);
    await using bench = await openBench();
    const expected = othersOf(chipWith(macOf(0), campaign), campaign.size);
    const operations = Array.from({ length: total }, (_, index) => index + 1);
    await inGroups(operations, async (nth) => {
      const on = chipWith(macOf(nth), campaign);
      let cuts = 0;
      on.chip.faults = {
        returnsAfterMs: 20,
        onFlash: (operation) => {
          if (operation.nth !== nth) return 'works';
          cuts += 1;
          return 'power-cut';
        },
      };
      const attempt = await bench.attempt(on.slot, campaign.order);
      const note = `operation ${nth} of ${total}: ${JSON.stringify(attempt)}`;
      expect(isDone(attempt), note).toBe(true);
      expect(cuts, note).toBe(1);
      expectProvisioned(bench, on.chip, note);
      if (keeps) expect(othersOf(on, campaign.size), note).toEqual(expected);
      if (campaign.order.own?.contents === 'replace')
        expect(othersOf(on, campaign.size), note).toEqual([undefined, undefined]);
      on.chip.close();
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });

  it('that was cut off for good is recognised, and made again by the next attempt', {
    timeout: 300_000,
  }, async () => {
    const total = await operationsOf(campaign);
    await using bench = await openBench();
    const expected = othersOf(chipWith(macOf(0), campaign), campaign.size);
    const operations = Array.from({ length: total }, (_, index) => index + 1).filter(
      // In the ordinary run a sixth of them, and the first and the last.
      (nth) => isSoak || nth === 1 || nth === total || nth % 12 === 0,
    );
    await inGroups(operations, async (nth) => {
      const on = chipWith(macOf(nth), campaign);
      const dies = ({ nth: now }: FlashOperation) =>
        now >= nth ? ('power-cut' as const) : ('works' as const);
      on.chip.faults = { onFlash: dies };
      const order = { ...campaign.order, bootTimeout: 1 };
      const died = await bench.attempt(on.slot, order);
      const note = `operation ${nth} of ${total}: ${JSON.stringify(died)}`;
      expect(died, note).toMatchObject({ finish: { outcome: 'TIMEOUT', inDoubt: true } });
      if (keeps) expect(othersOf(on, campaign.size), note).toEqual(expected);
      on.chip.faults = {};
      on.chip.power();
      // What another station would make of it: ours and whole, or not yet there.
      const session = await connectTo(on.slot, {
        rules: rulesOf({ own: { partition: 'nvs', namespace: 'keybench', contents: 'merge', ...order.own } }),
      });
      const { state, digest } = session.unit;
      if (state === 'committed') {
        const claim = await bench.claim(on.chip.mac);
        expect(digest, note).toBe(claim?.known?.digest);
      } else expect(['blank', 'staged'], note).toContain(state);
      await session.close();

      expect(isDone(await bench.attempt(on.slot, order)), note).toBe(true);
      expectProvisioned(bench, on.chip, note);
      if (keeps) expect(othersOf(on, campaign.size), note).toEqual(expected);
      await vi.waitFor(() => expect(on.chip.mode).toBe('application'));
      on.chip.close();
    });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });
});
