/**
 * An emulated cloud and places to plug emulated units into, for benches of the built program: a work order beside them.
 * Must not: run the station; the benches start the built one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulatedCloud } from '../../electron/simulator/cloud/emulated-cloud.ts';
import { createEmulatedUnit, type EmulatedUnit } from '../../electron/simulator/units/emulated-unit.ts';
import { createPtyLine } from '../../electron/simulator/units/pty-line.ts';
import { orderText } from '../support/order.ts';

export const BAUD = 115_200;
export const UNIT = { bootMs: 1_500, resetDelayMs: 200, flashMs: 150 };
export const LATENCY_MS = 40;
/** What the built program needs of its environment. */
export const ACCESS = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
};

export interface BenchPlug {
  readonly dir: string;
  readonly orderPath: string;
  /** Names for `--ports`, one for each place; nothing is there until a unit is plugged in. */
  readonly links: readonly string[];
  /** Plugs a unit in at a place; the one that was there is gone. */
  plug(link: string, hardwareId: string): Promise<EmulatedUnit>;
  unplug(link: string): void;
  close(): Promise<void>;
}

export async function createBenchPlug(places: number): Promise<BenchPlug> {
  const cloud = await createEmulatedCloud({
    accessKeys: [{ id: 'bench', secret: 'bench' }],
    latencyMs: LATENCY_MS,
  });
  const dir = mkdtempSync(join(tmpdir(), 'keybench-bench-'));
  const units = new Map<string, EmulatedUnit>();
  const orderPath = join(dir, 'order.yaml');
  const order = { endpoint: cloud.url, baudRate: BAUD, bootTimeout: 15, quantity: 10_000 };
  writeFileSync(orderPath, orderText(order));
  const unplug = (link: string) => {
    units.get(link)?.close();
    units.delete(link);
    rmSync(link, { force: true });
  };
  return {
    dir,
    orderPath,
    links: Array.from({ length: places }, (_, index) => join(dir, `port-${index}`)),
    async plug(link, hardwareId) {
      unplug(link);
      const line = await createPtyLine({ link });
      const unit = createEmulatedUnit({ line, hardwareId, baudRate: BAUD, ...UNIT });
      units.set(link, unit);
      return unit;
    },
    unplug,
    async close() {
      for (const unit of units.values()) unit.close();
      await cloud.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
