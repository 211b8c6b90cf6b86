import { createHash, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { blockCheck, OPERATIONS } from '../../../../electron/simulator/esp32/packet.ts';
import { chipInMemory, PacketClient, SYNC_DATA, words } from '../../../support/esp32/chip.ts';
import { startStub } from '../../../support/esp32/stub-code.ts';

const NVS = 0x9000;
const BLOCK = 0x4000;

async function inStub(options: Parameters<typeof chipInMemory>[0] = {}) {
  const { chip, slot } = chipInMemory(options);
  const client = await PacketClient.inDownload(slot);
  await startStub(client);
  return { chip, client };
}

const hex = ({ data }: { readonly data: Buffer }) => data.toString('hex');
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** Sends a deflated image in blocks of `step` bytes; the statuses of the blocks. */
async function writePacked(client: PacketClient, address: number, image: Uint8Array, step = BLOCK) {
  const packed = deflateSync(image, { level: 9 });
  const count = Math.ceil(packed.length / step);
  expect(hex(await client.ask('FLASH_DEFL_BEGIN', words(image.length, count, step, address)))).toBe('0000');
  for (let nth = 0; nth < count; nth++)
    expect(
      hex(await client.askBlock('FLASH_DEFL_DATA', nth, packed.subarray(nth * step, (nth + 1) * step))),
    ).toBe('0000');
}

it('answers with two bytes of status and no stale value', async () => {
  const { client } = await inStub();
  const magic = await client.ask('READ_REG', words(0x4000_1000));
  expect([magic.value, hex(magic)]).toEqual([0x00f0_1d83, '0000']);
  const digest = await client.ask('SPI_FLASH_MD5', words(NVS, 0x1000, 0, 0));
  expect([digest.value, hex(digest)]).toEqual([0, `${md5(Buffer.alloc(0x1000, 0xff))}0000`]);
});

it.each([1, 8])('answers SYNC %i times with the value 0', async (stubSyncReplies) => {
  const { client } = await inStub({ stubSyncReplies });
  await client.send(OPERATIONS.SYNC, SYNC_DATA);
  for (let nth = 0; nth < stubSyncReplies; nth++) expect((await client.reply()).value).toBe(0);
  expect((await client.ask('READ_REG', words(0x4000_1000))).op).toBe(OPERATIONS.READ_REG);
});

it('sends the next block of a read when the last is acknowledged, and then the digest of all', async () => {
  const image = randomBytes(0x2800);
  const { chip, client } = await inStub();
  chip.flash.load(NVS, image);
  await client.ask('READ_FLASH', words(NVS, image.length, 0x1000, 64));
  const blocks: Buffer[] = [];
  for (const total of [0x1000, 0x2000, 0x2800]) {
    blocks.push(await client.frame());
    expect(client.frames).toEqual([]);
    await client.sendFrame(words(total));
  }
  expect(Buffer.concat(blocks).equals(image)).toBe(true);
  expect((await client.frame()).toString('hex')).toBe(md5(image));
  expect((await client.ask('READ_REG', words(0x4000_1000))).value).toBe(0x00f0_1d83);
});

it('ends a read when something else than a total comes', async () => {
  const { client } = await inStub();
  await client.ask('READ_FLASH', words(NVS, 0x2000, 0x1000, 64));
  const block = await client.frame();
  await client.send(OPERATIONS.READ_REG, words(0x4000_1000));
  expect((await client.frame()).toString('hex')).toBe(md5(block));
  expect((await client.ask('READ_REG', words(0x4000_1000))).value).toBe(0x00f0_1d83);
});

it('refuses with the next reply a read that it cannot do', async () => {
  const { client } = await inStub();
  await client.ask('READ_FLASH', words(NVS, 0x2000, 0x2000, 64));
  expect(hex(await client.ask('READ_REG', words(0x4000_1000)))).toBe('c000');
});

it('writes a deflated image over what was there, and touches no other sector', async () => {
  const image = randomBytes(0x6000);
  const { chip, client } = await inStub();
  chip.flash.load(NVS, randomBytes(0x6000));
  await writePacked(client, NVS, image);
  expect(hex(await client.ask('FLASH_DEFL_END', words(1)))).toBe('0000');
  expect(hex(await client.ask('SPI_FLASH_MD5', words(NVS, 0x6000, 0, 0)))).toBe(`${md5(image)}0000`);
  expect(chip.flash.touched()).toEqual([0x9000, 0xa000, 0xb000, 0xc000, 0xd000, 0xe000]);
});

it('writes more than its window of 32 KiB, in small blocks', async () => {
  const image = Buffer.concat([Buffer.alloc(0x9000, 'window'), randomBytes(0x3000)]);
  const { chip, client } = await inStub();
  await writePacked(client, 0x11_0000, image, 0x400);
  expect(hex(await client.ask('FLASH_DEFL_END', words(1)))).toBe('0000');
  expect(Buffer.from(chip.flash.read(0x11_0000, image.length)).equals(image)).toBe(true);
});

it('writes plain blocks of which the last is padded', async () => {
  const image = randomBytes(0x5000);
  const { chip, client } = await inStub();
  await client.ask('FLASH_BEGIN', words(0x5000, 2, BLOCK, NVS));
  await client.askBlock('FLASH_DATA', 0, image.subarray(0, BLOCK));
  const last = Buffer.alloc(BLOCK, 0xff);
  image.copy(last, 0, BLOCK);
  await client.askBlock('FLASH_DATA', 1, last);
  expect(hex(await client.ask('FLASH_END', words(1)))).toBe('0000');
  expect(
    Buffer.from(chip.flash.read(NVS, 0x6000)).equals(Buffer.concat([image, Buffer.alloc(0x1000, 0xff)])),
  ).toBe(true);
});

it('acknowledges a block that does not inflate, and answers the next request with the error instead of doing it', async () => {
  const { chip, client } = await inStub();
  await client.ask('FLASH_DEFL_BEGIN', words(0x1000, 1, BLOCK, NVS));
  expect(hex(await client.askBlock('FLASH_DEFL_DATA', 0, Buffer.alloc(64, 0x11)))).toBe('0000');
  chip.flash.load(0x20_0000, Buffer.alloc(0x1000));
  const next = await client.ask('ERASE_REGION', words(0x20_0000, 0x1000));
  expect([next.op, hex(next)]).toEqual([OPERATIONS.ERASE_REGION, 'c700']);
  expect(chip.flash.read(0x20_0000, 1)[0]).toBe(0);
  expect(hex(await client.ask('ERASE_REGION', words(0x20_0000, 0x1000)))).toBe('0000');
  expect(chip.flash.read(0x20_0000, 1)[0]).toBe(0xff);
});

it('does not end a write that is not complete', async () => {
  const { client } = await inStub();
  await writePacked(client, NVS, randomBytes(0x1000));
  await client.ask('FLASH_DEFL_BEGIN', words(0x2000, 1, BLOCK, NVS));
  await client.askBlock('FLASH_DEFL_DATA', 0, deflateSync(Buffer.alloc(0x1000)));
  expect(hex(await client.ask('FLASH_DEFL_END', words(1)))).toBe('c000');
});

it.each([
  ['a block whose check is wrong', 'FLASH_DEFL_DATA', Buffer.concat([words(4, 0, 0, 0), words(1)]), 'c100'],
  ['an attachment as the ROM wants it', 'SPI_ATTACH', words(0, 0), 'c000'],
  ['half a sector', 'ERASE_REGION', words(NVS, 0x800), 'c000'],
  ['an operation that only the ROM has', 'READ_FLASH_SLOW', words(NVS, 64), 'c300'],
  ['a question after its security', 'GET_SECURITY_INFO', Buffer.alloc(0), 'ff00'],
  ['an address beyond the flash', 'SPI_FLASH_MD5', words(0x3f_f000, 0x2000, 0, 0), 'c400'],
] as const)('refuses %s', async (_what, name, data, status) => {
  const { client } = await inStub();
  await client.ask('FLASH_DEFL_BEGIN', words(0x1000, 1, BLOCK, NVS));
  const check = name === 'FLASH_DEFL_DATA' ? blockCheck(words(1)) ^ 1 : 0;
  expect(hex(await client.ask(name, data, check))).toBe(status);
});

it('refuses a block where nothing was begun', async () => {
  const { client } = await inStub();
  expect(hex(await client.askBlock('FLASH_DEFL_DATA', 0, Buffer.alloc(16)))).toBe('c600');
});

it('answers a change of rate at the old one, and is then understood at the new one only', async () => {
  const { chip, client } = await inStub();
  expect(hex(await client.ask('CHANGE_BAUDRATE', words(460_800, 115_200)))).toBe('0000');
  expect(chip.uart.rate).toBe(460_800);
  const before = chip.received.length;
  const passed = chip.uart.passed.in;
  await client.send(OPERATIONS.READ_REG, words(0x4000_1000));
  await expect.poll(() => chip.uart.passed.in).toBeGreaterThan(passed);
  expect(chip.received.length).toBe(before);
  await client.link.setBaudRate(460_800);
  // The end of what it took for a frame.
  await client.link.write(Uint8Array.of(0xc0));
  expect((await client.ask('READ_REG', words(0x4000_1000))).value).toBe(0x00f0_1d83);
});
