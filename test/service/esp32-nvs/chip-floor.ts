/** A factory floor with emulated chips on pseudo-terminals, whose modem lines reach them from the built command line. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createEmulatedEsp32, type EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { EmulatedEsp32Options } from '../../../electron/simulator/esp32/options.ts';
import { createPtyLine, type PtyLine } from '../../../electron/simulator/units/pty-line.ts';
import { openModemLines } from '../../support/esp32/modem-lines.ts';
import { createFloor, type Floor } from '../../support/floor.ts';
import { ACCESS_ENV, keybench, start } from '../../support/keybench.ts';
import type { OrderOverrides } from '../../support/order.ts';
import { ESP32, macOf } from './chip-bench.ts';

export interface FloorChip {
  readonly chip: EmulatedEsp32;
  readonly line: PtyLine;
}

export interface ChipFloor {
  readonly floor: Floor;
  chip(options?: Partial<EmulatedEsp32Options>): Promise<FloorChip>;
  order(changes?: OrderOverrides): string;
  /** Starts `keybench run` over these chips; `keybench` runs it to its end. */
  start(chips: readonly FloorChip[], order: string): ReturnType<typeof start>;
  run(chips: readonly FloorChip[], order: string): ReturnType<typeof keybench>;
}

export async function createChipFloor(options: Parameters<typeof createFloor>[0] = {}): Promise<ChipFloor> {
  const floor = await createFloor(options);
  const lines = await openModemLines();
  const made: FloorChip[] = [];
  let count = 0;
  onTestFinished(() => {
    lines.close();
    for (const { chip } of made) chip.close();
  });
  const env = { ...ACCESS_ENV, ...lines.env };
  const argsOf = (chips: readonly FloorChip[], order: string) => {
    const ports = chips.map(({ line }) => line.path).join(',');
    return ['run', '--work-order', order, '--ports', ports, '--ledger', floor.ledgerPath, '--json'];
  };
  return {
    floor,
    async chip(chipOptions = {}) {
      count += 1;
      const mac = macOf(count);
      const line = await createPtyLine({ link: join(floor.dir, `chip-${mac}`) });
      const chip = createEmulatedEsp32({ line, mac, ...chipOptions });
      const wired = { chip, line };
      lines.add(wired);
      made.push(wired);
      return wired;
    },
    order: (changes = {}) => floor.order({ ...ESP32, quantity: 1_000_000, ...changes }),
    start: (chips, order) => start(argsOf(chips, order), { env, timeoutMs: 120_000 }),
    run: (chips, order) => keybench(argsOf(chips, order), { env, timeoutMs: 120_000 }),
  };
}
