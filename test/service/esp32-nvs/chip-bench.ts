/** A station in this process with emulated chips in its slots: the bench of the other family, under orders for this one. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createEmulatedEsp32, type EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { EmulatedEsp32Options } from '../../../electron/simulator/esp32/options.ts';
import { wiredSlot } from '../../../electron/simulator/esp32/wired-slot.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import { Bench } from '../../support/bench.ts';
import type { OrderOverrides } from '../../support/order.ts';
import { storedIn } from './chips.ts';

export interface BenchChip {
  readonly chip: EmulatedEsp32;
  readonly slot: SlotPort;
}

/** A MAC of its own for each number and test. */
export function macOf(number: number): string {
  return `240AC4${number.toString(16).toUpperCase().padStart(6, '0')}`;
}

export function chipOf(mac: string, options: Partial<EmulatedEsp32Options> = {}): BenchChip {
  const line = createMemoryLine(`slot-${mac}`);
  const chip = createEmulatedEsp32({ line, mac, ...options });
  return { chip, slot: wiredSlot(line.slot, chip) };
}

export const ESP32: OrderOverrides = { family: 'esp32-nvs' };

export type Attempt = Awaited<ReturnType<Bench['attempt']>>;

export function isDone(attempt: Attempt): boolean {
  return (
    attempt.kind === 'already-done' || (attempt.kind === 'finished' && attempt.finish.outcome === 'PASS')
  );
}

/** The chip holds what the cloud has for it, whole, and can log in with it; the cloud was asked for it once. */
export function expectProvisioned(
  bench: Bench,
  chip: EmulatedEsp32,
  note = '',
  namespace = 'keybench',
): void {
  const clientId = `GID_sensor@@@${chip.mac}`;
  const record = storedIn(chip, namespace);
  const credential = bench.credential(chip.mac);
  expect(record, note).toMatchObject({ cid: clientId, kid: credential?.deviceAccessKeyId });
  expect(credential?.updateTime, note).toBe(credential?.createTime);
  const registered = bench.cloud.calls.filter(
    (call) => call.action === 'RegisterDeviceCredential' && call.clientId === clientId,
  );
  expect(registered, note).toHaveLength(1);
  const login = { clientId, username: String(record?.un), password: String(record?.pw) };
  expect(bench.cloud.verifyLogin(login), note).toBe(true);
  expect(record?.dig, note).toMatch(/^[0-9a-f]{64}$/);
}

/** The flash beside the partition that may be written. */
export function otherFlash(chip: EmulatedEsp32): string {
  const hash = createHash('sha256');
  hash.update(chip.flash.read(0, 0x9000)).update(chip.flash.read(0xf000, chip.flash.size - 0xf000));
  return hash.digest('hex');
}

/** A bench whose ledger is open, so that several attempts may begin at once. */
export async function openBench(options: Parameters<typeof Bench.open>[0] = {}): Promise<Bench> {
  const bench = await Bench.open(options);
  await bench.ledger();
  return bench;
}

/** A few at a time: much of an interruption's time is waiting. */
export async function inGroups<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  size = 24,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    await Promise.all(items.slice(from, from + size).map((item, offset) => work(item, from + offset)));
  }
}
