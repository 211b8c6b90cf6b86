/**
 * Consoles on pseudo-terminals, an order file and a ledger for tests of the built command line; everything is cleaned up when
 * the test ends.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EmulatedCloudOptions } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { createPtyLine, type PtyLine } from '../../../electron/simulator/units/pty-line.ts';
import { createFloor, type Floor } from '../floor.ts';
import { ACCESS_ENV } from '../keybench.ts';
import { type Kind, type KindUnit, type MakeOptions, PASSWORD_VARIABLE } from './kinds.ts';
import { PASSWORD } from './linux-console.ts';
import { type ScriptOrder, scriptOrderText } from './script-bench.ts';

export interface PortUnit extends KindUnit {
  readonly line: PtyLine;
}

/** The environment of a station whose orders name the consoles' password. */
export const CONSOLE_ENV: NodeJS.ProcessEnv = { ...ACCESS_ENV, [PASSWORD_VARIABLE]: PASSWORD };

export class ScriptFloor {
  readonly floor: Floor;
  #units = 0;

  private constructor(floor: Floor) {
    this.floor = floor;
  }

  static async open(options: Partial<EmulatedCloudOptions> = {}): Promise<ScriptFloor> {
    return new ScriptFloor(await createFloor(options));
  }

  async unit(kind: Pick<Kind, 'make'>, options: Partial<MakeOptions> = {}): Promise<PortUnit> {
    this.#units += 1;
    const line = await createPtyLine({ link: join(this.floor.dir, `port-${this.#units}`) });
    const made = kind.make({ line, number: this.#units, ...options });
    onTestFinished(() => made.unit.close());
    return { ...made, line };
  }

  /** The arguments of `keybench run` over these units. */
  run(units: readonly PortUnit[], order: ScriptOrder, ...more: string[]): string[] {
    const path = join(this.floor.dir, 'order.yaml');
    const { url } = this.floor.cloud;
    writeFileSync(path, scriptOrderText({ endpoint: url, quantity: 10_000, bootTimeout: 15, ...order }));
    const ports = units.map(({ line }) => line.path).join(',');
    const ledger = ['--ledger', this.floor.ledgerPath];
    return ['run', '--work-order', path, '--ports', ports, ...ledger, '--json', ...more];
  }
}
