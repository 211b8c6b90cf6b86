/** Espressif's own client, unchanged, against the emulator: a peer that knows nothing of ours. */
import { createHash, randomBytes } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import { expect, it, onTestFinished } from 'vitest';
import { type ChipOnSlot, chipInMemory } from '../../../support/esp32/chip.ts';
import { webSerialPort } from '../../../support/esp32/web-serial.ts';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

function stockLoader({ slot }: ChipOnSlot, baudrate: number) {
  const said: string[] = [];
  const transport = new Transport(webSerialPort(slot));
  transport.trace = () => {};
  const write = (text: string) => void said.push(text);
  const loader = new ESPLoader({ transport, baudrate, terminal: { clean() {}, write, writeLine: write } });
  onTestFinished(() => transport.disconnect());
  return { loader, transport, said };
}

it('is taken by esptool-js for the chip that it emulates', async () => {
  const chip = chipInMemory();
  const { loader, said } = stockLoader(chip, 460_800);
  expect(await loader.main()).toBe('ESP32-D0WD-V3 (revision 3)');
  expect(chip.chip.mode).toBe('stub');
  expect(chip.chip.uart.rate).toBe(460_800);
  expect(said).toContain('MAC: 24:0a:c4:01:02:03');
  expect(said).toContain('Crystal is 40MHz');
  expect(said).toContain('Flash ID: 1640ef');
}, 30_000);

it('is read, written and verified by esptool-js', async () => {
  const image = Uint8Array.from(randomBytes(0x6000));
  const bench = chipInMemory();
  const { loader, transport } = stockLoader(bench, 921_600);
  await loader.main();
  const table = await loader.readFlash(0x8000, 0xc00);
  expect(Buffer.from(await transport.read(1000)).toString('hex')).toBe(md5(table));
  expect(md5(table)).toBe(md5(bench.chip.flash.read(0x8000, 0xc00)));
  await loader.writeFlash({
    fileArray: [{ data: image, address: 0x9000 }],
    flashSize: 'keep',
    flashMode: 'keep',
    flashFreq: 'keep',
    eraseAll: false,
    compress: true,
    calculateMD5Hash: md5,
  });
  expect(md5(bench.chip.flash.read(0x9000, 0x6000))).toBe(md5(image));
  expect(bench.chip.flash.touched()).toEqual([0x9000, 0xa000, 0xb000, 0xc000, 0xd000, 0xe000]);
}, 30_000);

it('is not reset by the hard reset of esptool-js 0.7.0, as the real board was not', async () => {
  const bench = chipInMemory();
  const { loader } = stockLoader(bench, 115_200);
  await loader.main();
  await loader.after('hard_reset');
  expect(bench.chip.mode).toBe('stub');
  expect(bench.chip.signals).toEqual({ dtr: true, rts: false });
  expect(bench.chip.resets.at(-1)).toBe('download');
}, 30_000);
