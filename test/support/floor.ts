/**
 * A factory floor for tests from outside: an emulated cloud, units on pseudo-terminals, an order file and a ledger path,
 * all cleaned up when the test ends. The station itself is the built command line.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createEmulatedCloud,
  type EmulatedCloud,
  type EmulatedCloudOptions,
} from '../../electron/simulator/cloud/emulated-cloud.ts';
import { createEmulatedUnit, type EmulatedUnit } from '../../electron/simulator/units/emulated-unit.ts';
import { createPtyLine, type PtyLine } from '../../electron/simulator/units/pty-line.ts';
import type { EmulatedUnitOptions } from '../../electron/simulator/units/unit-options.ts';
import { type OrderOverrides, orderText } from './order.ts';

export interface FloorUnit {
  readonly unit: EmulatedUnit;
  readonly line: PtyLine;
}

export interface Floor {
  readonly cloud: EmulatedCloud;
  readonly dir: string;
  readonly ledgerPath: string;
  /** Writes an order file that points at the cloud, and gives its path. */
  order(changes?: OrderOverrides): string;
  /** `link`: the lasting name of its port, by default a new one. */
  unit(options?: Partial<EmulatedUnitOptions> & { readonly link?: string }): Promise<FloorUnit>;
  /** The arguments of `keybench run` over these units, with JSON lines. */
  run(units: readonly FloorUnit[], orderPath: string, ...more: string[]): string[];
}

export async function createFloor(options: Partial<EmulatedCloudOptions> = {}): Promise<Floor> {
  const cloud = await createEmulatedCloud({
    accessKeys: [{ id: 'test-key', secret: 'test-secret' }],
    ...options,
  });
  const dir = mkdtempSync(join(tmpdir(), 'keybench-floor-'));
  const made: FloorUnit[] = [];
  let units = 0;
  onTestFinished(async () => {
    for (const { unit } of made) unit.close();
    await cloud.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const ledgerPath = join(dir, 'keybench.db');
  return {
    cloud,
    dir,
    ledgerPath,
    order(changes = {}) {
      const path = join(dir, 'order.yaml');
      writeFileSync(path, orderText({ endpoint: cloud.url, ...changes }));
      return path;
    },
    async unit({ link, ...unitOptions } = {}) {
      units += 1;
      const hardwareId = `UNIT${String(units).padStart(4, '0')}`;
      const line = await createPtyLine({ link: link ?? join(dir, `port-${units}`) });
      const unit = createEmulatedUnit({ line, hardwareId, resetDelayMs: 10, ...unitOptions });
      made.push({ unit, line });
      return { unit, line };
    },
    run: (units, orderPath, ...more) => {
      const ports = units.map(({ line }) => line.path).join(',');
      return ['run', '--work-order', orderPath, '--ports', ports, '--ledger', ledgerPath, '--json', ...more];
    },
  };
}
