/** The emulated chip, held to Espressif's esptool: what the real tool does with a real chip, it does with this one. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmulatedEsp32Options } from '../../../electron/simulator/esp32/options.ts';
import { chipForEsptool, hasEsptool } from '../../support/esp32/esptool.ts';
import { NEVER } from '../../support/units.ts';
import { connectTo, NVS, payloadOf } from '../esp32-nvs/chips.ts';

const AT = `0x${NVS.offset.toString(16)}`;

async function bench(options: Partial<EmulatedEsp32Options> = {}) {
  const on = await chipForEsptool(options);
  const home = mkdtempSync(join(tmpdir(), 'keybench-esptool-'));
  onTestFinished(() => {
    on.close();
    rmSync(home, { recursive: true, force: true });
  });
  return { ...on, path: join(home, 'image.bin') };
}

describe.skipIf(!hasEsptool)(
  'esptool (skipped where it is not installed; Debian has it since trixie)',
  () => {
    it('resets the chip into its loader, reads who it is, and leaves the application running', async () => {
      const { chip, esptool } = await bench();
      const { status, said } = await esptool('--no-stub', 'read_mac');
      expect(said).toMatch(/MAC: 24:0a:c4:01:02:03/);
      expect(said).toMatch(/Chip is ESP32/);
      expect(status).toBe(0);
      await expect.poll(() => chip.mode).toBe('application');
      expect(chip.resets.slice(-2)).toEqual(['download', 'application']);
    });

    it.each([[['--no-stub']], [[]]])('writes a partition and finds it right (%j)', async (how) => {
      const { chip, esptool, path } = await bench();
      const image = randomBytes(NVS.size);
      writeFileSync(path, image);
      const { status, said } = await esptool(...how, '--baud', '460800', 'write_flash', AT, path);
      expect(said).toMatch(/Hash of data verified/);
      expect(status).toBe(0);
      expect(image.equals(chip.flash.read(NVS.offset, NVS.size))).toBe(true);
      expect((await esptool(...how, 'verify_flash', AT, path)).said).toMatch(/verify OK/);
    });

    it.each([[['--no-stub']], [[]]])('reads back what the station wrote (%j)', async (how) => {
      const { chip, slot, esptool, path } = await bench();
      const session = await connectTo(slot);
      await session.write(payloadOf(), () => {}, NEVER);
      await session.close();
      const { status, said } = await esptool(...how, 'read_flash', AT, String(NVS.size), path);
      expect(said).toMatch(/Read 24576 bytes/);
      expect(status).toBe(0);
      expect(readFileSync(path).equals(chip.flash.read(NVS.offset, NVS.size))).toBe(true);
    });

    it('is told of a chip in secure download mode what the station is told', async () => {
      const { esptool } = await bench({ isSecureDownload: true });
      const { status, said } = await esptool('--no-stub', 'read_mac');
      expect(said).toMatch(/secure download mode/i);
      expect(status).not.toBe(0);
    });
  },
);
