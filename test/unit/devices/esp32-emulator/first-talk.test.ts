import { expect, it } from 'vitest';
import { chipInMemory, PacketClient, words } from '../../../support/esp32/chip.ts';
import { startStub } from '../../../support/esp32/stub-code.ts';

it('goes from reset through the stub to its flash', async () => {
  const { chip, slot } = chipInMemory();
  const client = await PacketClient.inDownload(slot);
  expect((await client.ask('READ_REG', words(0x4000_1000))).value).toBe(0x00f0_1d83);
  await startStub(client);
  expect(chip.mode).toBe('stub');
  await client.ask('READ_FLASH', words(0x8000, 0xc00, 0x1000, 0x400));
  const table = await client.frame();
  await client.sendFrame(words(table.length));
  expect((await client.frame()).length).toBe(16);
  expect(table.subarray(0, 2).toString('hex')).toBe('aa50');
});
