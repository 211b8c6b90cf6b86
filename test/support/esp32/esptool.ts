/**
 * Espressif's own esptool against an emulated chip on a pseudo-terminal. It shares no line with us, so it is the independent peer
 * that the emulator is held to. Where it is not installed, or no C compiler for the modem lines, the tests that need it are
 * skipped.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { createEmulatedEsp32, type EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { EmulatedEsp32Options } from '../../../electron/simulator/esp32/options.ts';
import { wiredSlot } from '../../../electron/simulator/esp32/wired-slot.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import { MAC } from './chip.ts';
import { hasModemShim, openModemLines } from './modem-lines.ts';

/** The program, as distributions and as pip name it; undefined where there is none that runs. */
const TOOL = ['esptool', 'esptool.py'].find((name) => spawnSync(name, ['version']).status === 0);
const TIMEOUT_MS = 60_000;

export const hasEsptool = hasModemShim && TOOL !== undefined;

export interface ChipForEsptool {
  readonly chip: EmulatedEsp32;
  readonly slot: SlotPort;
  /** Runs esptool on the chip's port: its exit status, and all that it printed. */
  esptool(...args: readonly string[]): Promise<{ readonly status: number | null; readonly said: string }>;
  close(): void;
}

export async function chipForEsptool(options: Partial<EmulatedEsp32Options> = {}): Promise<ChipForEsptool> {
  const line = await createPtyLine();
  const chip = createEmulatedEsp32({ line, mac: MAC, ...options });
  const lines = await openModemLines([{ chip, line }]);
  return {
    chip,
    slot: wiredSlot(createPathSlot(line.path), chip),
    esptool: (...args) =>
      new Promise((resolve, reject) => {
        const child = spawn(String(TOOL), ['--chip', 'esp32', '--port', line.path, ...args], {
          env: { ...process.env, ...lines.env },
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: TIMEOUT_MS,
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (text: string) => {
            said += text;
          });
        }
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, said }));
      }),
    close() {
      lines.close();
      chip.close();
    },
  };
}
