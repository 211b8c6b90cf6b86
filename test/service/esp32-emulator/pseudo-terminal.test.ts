/** An emulated chip on a pseudo-terminal, opened by the station's own serial layer in this process. */
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { createEmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import { wiredSlot } from '../../../electron/simulator/esp32/wired-slot.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import { MAC, PacketClient, words } from '../../support/esp32/chip.ts';
import { startStub } from '../../support/esp32/stub-code.ts';

async function onPty() {
  const line = await createPtyLine();
  const chip = createEmulatedEsp32({ line, mac: MAC });
  onTestFinished(() => chip.close());
  const plain = createPathSlot(line.path);
  return { chip, plain, slot: wiredSlot(plain, chip) };
}

it('has no modem lines there by itself', async () => {
  const { chip, plain } = await onPty();
  const link = await plain.open(115_200, new AbortController().signal);
  onTestFinished(() => link.close());
  expect(await link.setSignals({ dtr: false, rts: true })).toBe(false);
  expect(chip.signals).toEqual({ dtr: false, rts: false });
});

it('is reset, read and written at another rate through a wired slot', async () => {
  const { chip, slot } = await onPty();
  const client = await PacketClient.inDownload(slot);
  await startStub(client);
  await client.ask('CHANGE_BAUDRATE', words(921_600, 115_200));
  await client.link.setBaudRate(921_600);
  const image = randomBytes(0x4000);
  // Small blocks: what the terminal takes at once cannot be held up by serialport.
  await client.ask('FLASH_BEGIN', words(image.length, 8, 0x800, 0x9000));
  for (let nth = 0; nth < 8; nth++)
    await client.askBlock('FLASH_DATA', nth, image.subarray(nth * 0x800, (nth + 1) * 0x800));
  expect((await client.ask('FLASH_END', words(1))).data.toString('hex')).toBe('0000');
  await client.ask('READ_FLASH', words(0x9000, 0x1000, 0x1000, 64));
  expect((await client.frame()).equals(image.subarray(0, 0x1000))).toBe(true);
  await client.sendFrame(words(0x1000));
  await client.frame();
  client.text = '';
  await client.link.setBaudRate(115_200);
  await client.reset({ strap: false });
  await client.until(() => client.text.includes('keybench: '));
  expect(chip.mode).toBe('application');
});

it('is lost to the station when its cable is pulled, and found again under another name', async () => {
  const { chip, slot } = await onPty();
  const client = await PacketClient.inDownload(slot);
  const closed = new Promise((resolve) => client.link.onClose(resolve));
  const before = await slot.locate();
  chip.unplug();
  // serialport does not notice where a read was just being made; a write always finds out.
  await client.link.write(Uint8Array.of(0xc0)).catch(() => {});
  expect(await closed).toMatchObject({ code: 'PORT_LOST' });
  await chip.plug({ renamed: true });
  expect(await slot.locate()).not.toBe(before);
  const again = await PacketClient.inDownload(slot);
  expect((await again.ask('READ_REG', words(0x4000_1000))).value).toBe(0x00f0_1d83);
});
