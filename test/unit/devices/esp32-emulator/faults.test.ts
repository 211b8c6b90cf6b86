/** What a test can have go wrong with an emulated chip, and that it does. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EmulatedEsp32Options, Esp32Faults } from '../../../../electron/simulator/esp32/options.ts';
import { OPERATIONS } from '../../../../electron/simulator/esp32/packet.ts';
import { randomOf } from '../../../support/campaign.ts';
import { chipInMemory, PacketClient, words } from '../../../support/esp32/chip.ts';
import { startStub } from '../../../support/esp32/stub-code.ts';

const NVS = 0x9000;
const MAGIC = 0x00f0_1d83;

async function inStub(options: Partial<EmulatedEsp32Options> = {}) {
  const bench = chipInMemory(options);
  const client = await PacketClient.inDownload(bench.slot);
  await startStub(client);
  return { ...bench, client };
}

const readMagic = (client: PacketClient) => client.ask('READ_REG', words(0x4000_1000));

/** Two sectors, plain; the answers that come before the chip is gone. */
async function writeTwoSectors(client: PacketClient, image: Uint8Array): Promise<void> {
  await client.ask('FLASH_BEGIN', words(0x2000, 1, 0x2000, NVS));
  await client.askBlock('FLASH_DATA', 0, image);
  await client.ask('FLASH_END', words(1));
}

it.each([1, 2, 3])('is understood though its replies come in other pieces: seed %i', async (seed) => {
  const random = randomOf(seed);
  const { chip, client } = await inStub({ pieces: () => 1 + Math.floor(random() * 9) });
  const image = randomBytes(0x400);
  chip.flash.load(NVS, image);
  await client.ask('READ_FLASH', words(NVS, 0x400, 0x400, 64));
  expect((await client.frame()).equals(image)).toBe(true);
});

it('prints noise before its frames', async () => {
  const { client } = await inStub({ faults: { noise: () => 'E (12) noise\r\n' } });
  client.text = '';
  expect((await readMagic(client)).value).toBe(MAGIC);
  expect(client.text).toContain('E (12) noise');
});

it('says nothing where it is silent, though it hears', async () => {
  const { chip, client } = await inStub();
  chip.faults = { isSilent: true };
  client.text = '';
  await client.send(OPERATIONS.READ_REG, words(0x4000_1000));
  await expect.poll(() => chip.received.at(-1)).toBe('READ_REG');
  chip.faults = {};
  expect((await readMagic(client)).value).toBe(MAGIC);
  expect(client.frames).toEqual([]);
});

it('stays in its application where the reset circuit is missing', async () => {
  const { chip, slot } = chipInMemory({ faults: { hasNoAutoReset: true } });
  await expect.poll(() => chip.mode).toBe('application');
  const client = await PacketClient.open(slot);
  await client.link.setSignals({ dtr: false, rts: true });
  expect(chip.mode).toBe('application');
});

it.each<[string, Esp32Faults['onRequest'], string]>([
  ['refused', () => ({ status: [1, 6] }), '01060000'],
  ['answered late', () => ({ delayMs: 5 }), '00000000'],
])('has a request %s', async (_what, onRequest, status) => {
  const { chip, slot } = chipInMemory();
  const client = await PacketClient.inDownload(slot);
  chip.faults = { ...(onRequest && { onRequest }) };
  expect((await readMagic(client)).data.toString('hex')).toBe(status);
});

it.each(['ignored', 'reply-lost'] as const)(
  'has a request %s and the next one answered',
  async (incident) => {
    const { chip, client } = await inStub();
    let left = 1;
    chip.faults = { onRequest: () => (left-- > 0 ? incident : undefined) };
    await client.send(OPERATIONS.ERASE_REGION, words(NVS, 0x1000));
    expect((await readMagic(client)).value).toBe(MAGIC);
    expect(chip.flash.touched()).toEqual(incident === 'ignored' ? [] : [NVS]);
  },
);

it.each(['power-cut-before', 'power-cut-after'] as const)(
  'loses power at a request: %s',
  async (incident) => {
    const { chip, client } = await inStub();
    chip.faults = { onRequest: () => incident, returnsAfterMs: 1 };
    await client.send(OPERATIONS.ERASE_REGION, words(NVS, 0x1000));
    await expect.poll(() => chip.mode).toBe('application');
    expect(chip.flash.touched()).toEqual(incident === 'power-cut-before' ? [] : [NVS]);
    expect(client.frames).toEqual([]);
  },
);

it('has its cable pulled after a number of bytes, each way', async () => {
  for (const direction of ['in', 'out', 'both'] as const) {
    const { chip, slot, client } = await inStub();
    const { passed } = chip.uart;
    const at = direction === 'both' ? passed.in + passed.out + 20 : passed[direction] + 5;
    chip.faults = { cut: { direction, atByte: at }, returnsAfterMs: 1, returnsRenamed: true };
    const closed = new Promise((resolve) => client.link.onClose(resolve));
    const before = await slot.locate();
    await client.send(OPERATIONS.READ_REG, words(0x4000_1000));
    expect(await closed).toMatchObject({ code: 'PORT_LOST' });
    expect(direction === 'both' ? passed.in + passed.out : passed[direction]).toBe(at);
    expect(client.frames).toEqual([]);
    await expect.poll(() => chip.mode).toBe('application');
    expect(await slot.locate()).not.toBe(before);
  }
});

it('keeps what was written where power fails at any operation of the flash, and is whole when written again', async () => {
  const old = Buffer.alloc(0x2000, 0x00);
  const image = Buffer.alloc(0x2000, 0xa5);
  const whole = await inStub();
  await writeTwoSectors(whole.client, image);
  const operations = whole.chip.flash.log.length;
  expect(operations).toBe(2 + 32);
  for (let nth = 1; nth <= operations; nth += 3) {
    const { chip, client, slot } = await inStub();
    chip.flash.load(NVS, old);
    chip.faults = {
      onFlash: (operation) => (operation.nth === nth ? 'power-cut' : 'works'),
      returnsAfterMs: 1,
    };
    void writeTwoSectors(client, image).catch(() => {});
    await expect.poll(() => chip.mode).toBe('application');
    expect(chip.flash.log.length).toBe(nth);
    const left = Buffer.from(chip.flash.read(NVS, 0x2000));
    expect(left.equals(image) || left.equals(old), `after operation ${nth}`).toBe(false);
    await client.link.close();
    const again = await PacketClient.inDownload(slot);
    await startStub(again);
    await writeTwoSectors(again, image);
    expect(Buffer.from(chip.flash.read(NVS, 0x2000)).equals(image), `after operation ${nth}`).toBe(true);
  }
});

it('does not go on writing where it was reset in the middle of a slow write', async () => {
  const { chip, client } = await inStub({ flashTimes: { eraseMs: 1, programMs: 1 } });
  void writeTwoSectors(client, Buffer.alloc(0x2000)).catch(() => {});
  await expect.poll(() => chip.flash.log.length).toBeGreaterThan(3);
  await client.link.setSignals({ dtr: false, rts: true });
  const done = chip.flash.log.length;
  await client.link.setSignals({ dtr: false, rts: false });
  await expect.poll(() => chip.mode).toBe('application');
  expect(chip.flash.log.length).toBe(done);
});

it('answers with another digest where a cell of its flash is stuck', async () => {
  const { chip, client } = await inStub();
  const digest = async () =>
    (await client.ask('SPI_FLASH_MD5', words(NVS, 0x1000, 0, 0))).data.toString('hex');
  const before = await digest();
  chip.flash.breakCell(NVS + 100, 1);
  expect(await digest()).not.toBe(before);
});

it('takes the time that its bytes take where it is paced', async () => {
  const { client } = await inStub({ isPaced: true });
  const started = performance.now();
  await client.ask('READ_FLASH', words(NVS, 0x400, 0x400, 64));
  await client.frame();
  // A lower bound only: a machine may be slow, but never early.
  expect(performance.now() - started).toBeGreaterThan(((0x400 * 10) / 115_200) * 1000);
});
