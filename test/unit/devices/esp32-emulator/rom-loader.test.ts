import { createHash, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { blockCheck, OPERATIONS } from '../../../../electron/simulator/esp32/packet.ts';
import { chipInMemory, PacketClient, SYNC_DATA, words } from '../../../support/esp32/chip.ts';
import { startStub, stubCode } from '../../../support/esp32/stub-code.ts';

const OK = '00000000';
const INVALID = '01050000';
const UNKNOWN_OPERATION = 0x55;
const NVS = 0x9000;

async function inDownload(options: Parameters<typeof chipInMemory>[0] = {}) {
  const { chip, slot } = chipInMemory(options);
  return { chip, client: await PacketClient.inDownload(slot) };
}

/** The end of a reply: of the ROM four bytes. */
const hex = ({ data }: { readonly data: Buffer }) => data.toString('hex');

it('answers SYNC eight times, with the first word of its data as the value', async () => {
  const { client } = await inDownload();
  await client.send(OPERATIONS.SYNC, SYNC_DATA);
  for (let nth = 0; nth < 8; nth++) {
    const reply = await client.reply();
    expect([reply.op, reply.value, hex(reply)]).toEqual([OPERATIONS.SYNC, 0x2012_0707, OK]);
  }
  expect(client.frames).toEqual([]);
});

it('answers an operation that it lacks under the one before', async () => {
  const { client } = await inDownload();
  await client.ask('READ_REG', words(0x4000_1000));
  await client.send(UNKNOWN_OPERATION);
  const reply = await client.reply();
  expect([reply.op, hex(reply)]).toEqual([OPERATIONS.READ_REG, INVALID]);
});

it('leaves the value of the last register read in replies that have none', async () => {
  const { client } = await inDownload();
  const magic = await client.ask('READ_REG', words(0x4000_1000));
  expect(magic.value).toBe(0x00f0_1d83);
  expect((await client.ask('MEM_BEGIN', words(16, 1, 16, 0x3ffe_0000))).value).toBe(magic.value);
});

it('refuses a block whose check is wrong', async () => {
  const { client } = await inDownload();
  const block = randomBytes(16);
  await client.ask('MEM_BEGIN', words(16, 1, 16, 0x3ffe_0000));
  const data = Buffer.concat([words(16, 0, 0, 0), block]);
  expect(hex(await client.ask('MEM_DATA', data, blockCheck(block) ^ 1))).toBe('01070000');
  expect(hex(await client.ask('MEM_DATA', data, blockCheck(block)))).toBe(OK);
});

it.each([
  [
    'a length that is not that of the data',
    'MEM_DATA',
    Buffer.concat([words(15, 0, 0, 0), Buffer.alloc(16)]),
  ],
  ['an upload larger than its blocks', 'MEM_BEGIN', words(33, 2, 16, 0x3ffe_0000)],
  ['too few words', 'MEM_BEGIN', words(16, 1, 16)],
  ['an address of two bytes', 'READ_REG', Buffer.alloc(2)],
  ['an attachment of four bytes', 'SPI_ATTACH', words(0)],
] as const)('refuses %s', async (_what, name, data) => {
  const { client } = await inDownload();
  expect(hex(await client.ask(name, data))).toBe(INVALID);
});

it('refuses a block beyond what was announced', async () => {
  const { client } = await inDownload();
  await client.ask('MEM_BEGIN', words(16, 1, 16, 0x3ffe_0000));
  expect(hex(await client.askBlock('MEM_DATA', 1, Buffer.alloc(16)))).toBe(INVALID);
});

it('runs the stub that esptool-js ships', async () => {
  const { chip, client } = await inDownload();
  await startStub(client);
  expect(chip.mode).toBe('stub');
});

it('never greets where one byte of the stub is another', async () => {
  const { chip, client } = await inDownload();
  const { entry, segments } = stubCode();
  segments[0]!.bytes[100]! ^= 1;
  for (const { address, bytes } of segments) {
    const blocks = Math.ceil(bytes.length / 0x1800);
    await client.ask('MEM_BEGIN', words(bytes.length, blocks, 0x1800, address));
    for (let nth = 0; nth < blocks; nth++)
      await client.askBlock('MEM_DATA', nth, bytes.subarray(nth * 0x1800, (nth + 1) * 0x1800));
  }
  await client.ask('MEM_END', words(0, entry));
  expect(chip.mode).toBe('crashed');
  expect(client.frames).toEqual([]);
});

it('writes flash without a stub in blocks of 0x400, once the flash is attached', async () => {
  const { chip, client } = await inDownload();
  const image = randomBytes(0x800);
  expect(hex(await client.ask('FLASH_BEGIN', words(0x800, 2, 0x400, NVS)))).toBe('01060000');
  expect(hex(await client.ask('SPI_ATTACH', words(0, 0)))).toBe(OK);
  expect(hex(await client.ask('FLASH_BEGIN', words(0x800, 1, 0x4000, NVS)))).toBe(INVALID);
  expect(hex(await client.ask('FLASH_BEGIN', words(0x800, 2, 0x400, NVS)))).toBe(OK);
  for (const nth of [0, 1])
    expect(
      hex(await client.askBlock('FLASH_DATA', nth, image.subarray(nth * 0x400, (nth + 1) * 0x400))),
    ).toBe(OK);
  expect(hex(await client.ask('FLASH_END', words(1)))).toBe(OK);
  expect(Buffer.from(chip.flash.read(NVS, 0x800)).equals(image)).toBe(true);
  const digest = await client.ask('SPI_FLASH_MD5', words(NVS, 0x800, 0, 0));
  expect(digest.data.toString('latin1')).toBe(`${createHash('md5').update(image).digest('hex')}\0\0\0\0`);
  const slow = await client.ask('READ_FLASH_SLOW', words(NVS, 64));
  expect(slow.data.subarray(0, 64).equals(image.subarray(0, 64))).toBe(true);
});

it('inflates what it is sent deflated', async () => {
  const { chip, client } = await inDownload();
  const image = Buffer.alloc(0x1000, 'keybench');
  const packed = deflateSync(image);
  await client.ask('SPI_ATTACH', words(0, 0));
  await client.ask('FLASH_DEFL_BEGIN', words(0x1000, 1, 0x400, NVS));
  expect(hex(await client.askBlock('FLASH_DEFL_DATA', 0, packed))).toBe(OK);
  expect(Buffer.from(chip.flash.read(NVS, 0x1000)).equals(image)).toBe(true);
});

it('starts the application when flashing ends with a restart', async () => {
  const { chip, client } = await inDownload();
  await client.ask('SPI_ATTACH', words(0, 0));
  await client.ask('FLASH_BEGIN', words(0, 0, 0x400, 0));
  await client.ask('FLASH_END', words(0));
  await client.until(() => client.text.includes('Partition Table'));
  expect(chip.resets.at(-1)).toBe('application');
});

it('leaves in secure download mode neither registers nor memory nor digests', async () => {
  const { client } = await inDownload({ isSecureDownload: true });
  await client.ask('SPI_ATTACH', words(0, 0));
  const info = await client.ask('GET_SECURITY_INFO');
  expect([info.data.length, info.data.readUInt32LE(0)]).toEqual([24, 4]);
  for (const op of [OPERATIONS.READ_REG, OPERATIONS.MEM_BEGIN, OPERATIONS.SPI_FLASH_MD5]) {
    await client.send(op, words(0x4000_1000, 0, 0, 0));
    const reply = await client.reply();
    expect([reply.op, hex(reply)]).toEqual([OPERATIONS.GET_SECURITY_INFO, INVALID]);
  }
});

it('shows what its eFuses say of encryption, and another chip its own magic value', async () => {
  const { client } = await inDownload({ cryptCount: 1, magic: 0x6921_506f });
  expect((await client.ask('READ_REG', words(0x3ff5_a000))).value).toBe(1 << 20);
  expect((await client.ask('READ_REG', words(0x4000_1000))).value).toBe(0x6921_506f);
});

it('has a partition table that reads as ciphertext where flash encryption is on, and only then', () => {
  const head = (cryptCount: number) =>
    Buffer.from(chipInMemory({ cryptCount }).chip.flash.read(0x8000, 2)).toString('hex');
  expect([0, 1, 3, 7].map((count) => head(count) === 'aa50')).toEqual([true, false, true, false]);
});
