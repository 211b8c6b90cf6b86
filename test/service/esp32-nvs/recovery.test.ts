/** The recovery tables for this family: what the chip holds, what the ledger claims, and what the station then does. */
import { describe, expect, it, vi } from 'vitest';
import { encodeNvs } from '../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { stringValue } from '../../../electron/devices/esp32-nvs/nvs/types.ts';
import type { JournalEventType } from '../../../electron/domain/journal.ts';
import type { EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import { Bench } from '../../support/bench.ts';
import { chipOf, ESP32, expectProvisioned, isDone, macOf } from './chip-bench.ts';
import { NVS, storedIn } from './chips.ts';

const MAC = macOf(0xaa);

function eraseKeybench(chip: EmulatedEsp32): void {
  chip.flash.load(NVS.offset, new Uint8Array(NVS.size).fill(0xff));
}

describe('a station that dies', () => {
  const EVENTS: readonly JournalEventType[] = [
    'claim.made',
    'credential.requested',
    'credential.known',
    'unit.written',
    'unit.proved',
    'run.passed',
  ];
  it.each(EVENTS.flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when }))))(
    '$when $at carries on with the chip when it starts again',
    async ({ at, when }) => {
      await using bench = await Bench.open({ secondRegister: 'rotates' });
      const { chip, slot } = chipOf(MAC);
      expect(await bench.attempt(slot, { ...ESP32, crash: { at, when } })).toMatchObject({
        finish: { outcome: 'ERROR' },
      });
      await vi.waitFor(() => expect(chip.mode).toBe('application'));
      await bench.restart();
      const again = await bench.attempt(slot, ESP32);
      if (at === 'run.passed' && when === 'after') expect(again.kind).toBe('already-done');
      else expect(again).toMatchObject({ finish: { outcome: 'PASS' } });
      expectProvisioned(bench, chip);
      expect(await bench.verifyLedger()).toMatchObject({ ok: true });
      chip.close();
    },
  );
});

describe('a chip that holds', () => {
  it('nothing, although its record was confirmed before, is in doubt and not written again', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    await bench.attempt(slot, { ...ESP32, crash: { at: 'unit.proved', when: 'before' } });
    await bench.restart();
    eraseKeybench(chip);
    const operations = chip.flash.log.length;
    expect(await bench.attempt(slot, ESP32)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'RECORD_MISSING', inDoubt: true },
    });
    expect(chip.flash.log).toHaveLength(operations);
    chip.close();
  });

  it('an older record of its own that never passed gets the new one, and nothing else changes', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    const wifi = { name: 'wifi', entries: [{ key: 'ssid', value: stringValue('factory-net') }] };
    chip.flash.load(NVS.offset, encodeNvs([wifi], NVS.size));
    await bench.attempt(slot, { ...ESP32, crash: { at: 'unit.proved', when: 'before' } });
    await bench.restart();
    expect(await bench.attempt(slot, { ...ESP32, payload: 'secret' })).toMatchObject({
      finish: { outcome: 'PASS' },
    });
    expect(storedIn(chip)).toMatchObject({ key: bench.credential(MAC)?.deviceAccessKeySecret });
    expect(storedIn(chip)).not.toHaveProperty('pw');
    expect(storedIn(chip, 'wifi')).toEqual({ ssid: 'factory-net' });
    expect(bench.calls('Register')).toBe(1);
    chip.close();
  });

  it('another record than the one it passed with is in doubt', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    await bench.attempt(slot, ESP32);
    eraseKeybench(chip);
    const calls = bench.cloud.calls.length;
    expect(await bench.attempt(slot, ESP32)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'PASSED_UNIT_DIFFERS' },
    });
    expect(bench.cloud.calls).toHaveLength(calls);
    chip.close();
  });

  it('the credential of another station is held, proven, and left as it is', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    {
      await using foreign = await Bench.open();
      expect(isDone(await foreign.attempt(slot, { ...ESP32, endpoint: bench.cloud.url }))).toBe(true);
    }
    const operations = chip.flash.log.length;
    expect(await bench.attempt(slot, ESP32)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_CREDENTIAL' },
    });
    expect(chip.flash.log).toHaveLength(operations);
    expect(await bench.attempt(slot, { ...ESP32, existing: 'adopt' })).toMatchObject({
      finish: { outcome: 'PASS' },
    });
    expect(chip.flash.log).toHaveLength(operations);
    expectProvisioned(bench, chip);
    chip.close();
  });

  it('a record that nobody here knows is held before the cloud is asked for a new one', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    {
      await using elsewhere = await Bench.open();
      await elsewhere.attempt(slot, ESP32);
    }
    expect(await bench.attempt(slot, ESP32)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_OTHER_RECORD' },
    });
    expect(bench.calls('Register')).toBe(0);
    chip.close();
  });
});

describe('a chip that is changed for another', () => {
  /** One place on the bench into which the chips are put, one after the other. */
  function place(first: { slot: SlotPort }): { slot: SlotPort; put(next: { slot: SlotPort }): void } {
    let current = first;
    return {
      slot: {
        name: 'place',
        locate: () => current.slot.locate(),
        open: (baudRate, signal) => current.slot.open(baudRate, signal),
      },
      put(next) {
        current = next;
      },
    };
  }

  it.each(['FLASH_DEFL_END', 'SPI_FLASH_MD5'] as const)(
    'between write and proof ends the run, and neither is green (at %s)',
    async (moment) => {
      await using bench = await Bench.open();
      const second = chipOf(macOf(0xbb));
      const first = chipOf(MAC, {
        faults: {
          onRequest: (name) => {
            const isWritten = first.chip.flash.log.length > 0;
            if (name !== moment || !isWritten) return undefined;
            on.put(second);
            return 'unplugged';
          },
        },
      });
      const on = place(first);
      expect(await bench.attempt(on.slot, { ...ESP32, bootTimeout: 2 })).toMatchObject({
        finish: { outcome: 'ERROR', code: 'UNIT_CHANGED', inDoubt: true },
      });
      expect(second.chip.flash.log).toEqual([]);
      expect(bench.events.filter((event) => event.type === 'unit-finished')).toHaveLength(1);
      first.chip.close();
      second.chip.close();
    },
  );
});
