/** The board round the chip: bridge, auto-reset circuit, power, application. */
import { expect, it } from 'vitest';
import { encodeNvs } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { blobValue, stringValue } from '../../../../electron/devices/esp32-nvs/nvs/types.ts';
import { LOG_LINES } from '../../../../electron/simulator/esp32/boot-text.ts';
import { ResetCircuit } from '../../../../electron/simulator/esp32/reset-circuit.ts';
import {
  type ChipOnSlot,
  chipInMemory,
  PacketClient,
  SYNC_DATA,
  words,
} from '../../../support/esp32/chip.ts';
import { startStub } from '../../../support/esp32/stub-code.ts';

const NVS = 0x9000;

async function inApplication({ chip }: ChipOnSlot): Promise<void> {
  await expect.poll(() => chip.mode).toBe('application');
}

it('starts its application when power comes, and when a station opens the port it goes on', async () => {
  const bench = chipInMemory();
  await inApplication(bench);
  const client = await PacketClient.open(bench.slot);
  expect(bench.chip.signals).toEqual({ dtr: true, rts: true });
  await client.link.close();
  expect(bench.chip.signals).toEqual({ dtr: false, rts: false });
  expect(bench.chip.resets).toEqual(['application']);
});

it('is held in reset while RTS is asserted and DTR is not', async () => {
  const bench = chipInMemory();
  await inApplication(bench);
  const client = await PacketClient.open(bench.slot);
  await client.link.setSignals({ dtr: false, rts: true });
  expect(bench.chip.mode).toBe('held');
  await client.link.setSignals({ dtr: false, rts: false });
  await client.until(() => client.text.includes('boot:0x17 (SPI_FAST_FLASH_BOOT)'));
  expect(bench.chip.resets).toEqual(['application', 'application']);
});

it('comes up in its loader where DTR holds IO0 low when EN rises', async () => {
  const bench = chipInMemory();
  const client = await PacketClient.open(bench.slot);
  await client.reset({ strap: true });
  expect(client.text).toContain('boot:0xf (UART_BOOT(UART0))');
  expect(bench.chip.mode).toBe('download');
});

it('samples IO0 when EN has risen, not when it was let go', async () => {
  const starts: boolean[] = [];
  let isUp = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  const circuit = new ResetCircuit({
    riseMs: 20,
    onHold: () => {},
    onRelease: ({ isDownload }) => {
      starts.push(isDownload);
      isUp();
    },
  });
  circuit.set({ dtr: false, rts: true });
  circuit.set({ dtr: true, rts: false });
  circuit.set({ dtr: false, rts: false });
  await up;
  expect(starts).toEqual([false]);
});

it('keeps its flash, and nothing else, through a reset', async () => {
  const bench = chipInMemory();
  const client = await PacketClient.inDownload(bench.slot);
  await startStub(client);
  await client.ask('FLASH_BEGIN', words(0x1000, 1, 0x1000, NVS));
  await client.askBlock('FLASH_DATA', 0, Buffer.alloc(0x1000, 'kept'));
  await client.ask('FLASH_END', words(1));
  client.text = '';
  await client.reset({ strap: true });
  expect((await client.ask('SYNC', SYNC_DATA)).value).not.toBe(0);
  expect(bench.chip.flash.read(NVS, 4)).toEqual(Uint8Array.from(Buffer.from('kept')));
});

it('is at 115,200 again after a reset', async () => {
  const bench = chipInMemory();
  const client = await PacketClient.inDownload(bench.slot);
  await startStub(client);
  await client.ask('CHANGE_BAUDRATE', words(921_600, 115_200));
  expect(bench.chip.uart.rate).toBe(921_600);
  await client.link.setSignals({ dtr: false, rts: true });
  expect(bench.chip.uart.rate).toBe(115_200);
});

it.each([
  ['no credential', Buffer.alloc(0x6000, 0xff)],
  [
    'credential present',
    encodeNvs(
      [
        {
          name: 'keybench',
          entries: [
            { key: 'cid', value: stringValue('GID_x@@@1') },
            { key: 'key', value: stringValue('SECRET-CANARY') },
            { key: 'dig', value: blobValue(Buffer.alloc(32)) },
          ],
        },
      ],
      0x6000,
    ),
  ],
])('says after its start whether it found a credential, never a value: %s', async (what, image) => {
  const bench = chipInMemory({ isPowered: false });
  bench.chip.flash.load(NVS, image);
  const client = await PacketClient.open(bench.slot);
  bench.chip.power();
  await client.until(() => client.text.includes(`keybench: ${what}`));
  expect(client.text).not.toContain('SECRET');
});

it('logs while it runs', async () => {
  const bench = chipInMemory({ logEveryMs: 1, isPowered: false });
  const client = await PacketClient.open(bench.slot);
  bench.chip.power();
  await client.until(() => LOG_LINES.every((line) => client.text.includes(line)));
});

it('hears nothing from a station while its application runs', async () => {
  const bench = chipInMemory();
  await inApplication(bench);
  const client = await PacketClient.open(bench.slot);
  const passed = bench.chip.uart.passed.in;
  await client.send(8, SYNC_DATA);
  await expect.poll(() => bench.chip.uart.passed.in).toBeGreaterThan(passed);
  expect(bench.chip.received).toEqual([]);
});

it('loses its power with the cable, and starts anew when it is back', async () => {
  const bench = chipInMemory();
  const client = await PacketClient.inDownload(bench.slot);
  const closed = new Promise((resolve) => client.link.onClose(resolve));
  const before = await bench.slot.locate();
  bench.chip.unplug();
  expect(await closed).toMatchObject({ code: 'PORT_LOST' });
  expect(bench.chip.mode).toBe('held');
  expect(await bench.slot.locate()).toBeUndefined();
  await bench.chip.plug({ renamed: true });
  await inApplication(bench);
  expect(await bench.slot.locate()).not.toBe(before);
});
