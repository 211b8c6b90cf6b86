/**
 * Flash through the stub: digests, reading and writing, addresses and lengths in bytes. Source: Espressif, serial protocol,
 * stub loader commands (READ_FLASH with acknowledgements and a closing MD5, FLASH_DEFL_*, SPI_FLASH_MD5).
 * Must not: keep what it read or sent; a flash may hold a credential.
 */
import { createHash } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import { ESPError } from 'esptool-js';
import type { Loader } from './loader.ts';
import { words } from './loader.ts';

const READ_BLOCK = 0x1000;
const READ_WINDOW = 0x10000;
/** How long the next block of a read may take beside its wire time, and an erase with the write that waits for it. */
const BLOCK_MS = 1000;
const ERASE_MS = 3000;
const BITS_PER_BYTE = 10;
/** Compressed bytes of a block at most: small enough that progress is seen to move. */
const WRITE_BLOCK = 0x800;
const MD5_LENGTH = 16;

/** MD5 of what the flash holds, as hex. */
export async function flashDigest(loader: Loader, address: number, length: number): Promise<string> {
  return loader.flashMd5sum(address, length);
}

export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Throws where the digest that the chip sends behind the data is not the data's. The caller wipes what it gets. */
export async function readFlash(loader: Loader, address: number, length: number): Promise<Buffer> {
  const { link } = loader;
  const wireMs = (Math.min(length, READ_BLOCK) * BITS_PER_BYTE * 1000) / link.baudrate;
  await loader.checkCommand(
    'read flash',
    loader.ESP_READ_FLASH,
    words(address, length, READ_BLOCK, READ_WINDOW),
  );
  const data = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const block = await link.read(BLOCK_MS + wireMs);
    if (block.length === 0 || read + block.length > length)
      throw new ESPError('read flash: a block too long');
    data.set(block, read);
    block.fill(0);
    read += block.length;
    await link.write(words(read));
  }
  const digest = await link.read(BLOCK_MS);
  if (digest.length !== MD5_LENGTH || Buffer.from(digest).toString('hex') !== md5Hex(data)) {
    data.fill(0);
    throw new ESPError('read flash: the digest is another');
  }
  return data;
}

/** Writes whole sectors; resolves when the chip has written the last of them. Progress is a share of 0 to 1. */
export async function writeFlash(
  loader: Loader,
  address: number,
  data: Uint8Array,
  onProgress: (share: number) => void,
): Promise<void> {
  const packed = deflateSync(data, { level: constants.Z_BEST_COMPRESSION });
  try {
    const blocks = blocksOf(packed);
    await loader.checkCommand(
      'begin a write',
      loader.ESP_FLASH_DEFL_BEGIN,
      words(data.length, blocks.length, blocks[0]?.length ?? 0, address),
      0,
      0,
      ERASE_MS,
    );
    for (const [index, block] of blocks.entries()) {
      await sendBlock(loader, block, index, ERASE_MS + (data.length / 4096) * 500);
      onProgress((index + 1) / blocks.length);
    }
    // The last block is acknowledged when it has arrived; this, when it is in the flash.
    await loader.flashDeflFinish(false, ERASE_MS + (data.length / 4096) * 500);
  } finally {
    packed.fill(0);
  }
}

/**
 * Blocks of about one length. A stub of before 0.8.1 refuses a block that comes when all is unpacked, as one would that has nothing
 * but the checksum at the end of the stream. They share memory with `packed`.
 */
export function blocksOf(packed: Uint8Array): Uint8Array[] {
  const count = Math.ceil(packed.length / WRITE_BLOCK);
  const length = Math.ceil(packed.length / count);
  return Array.from({ length: count }, (_, index) => packed.subarray(index * length, (index + 1) * length));
}

async function sendBlock(loader: Loader, bytes: Uint8Array, index: number, timeoutMs: number): Promise<void> {
  const request = Buffer.concat([words(bytes.length, index, 0, 0), bytes]);
  const step = 'write a block';
  try {
    await loader.checkCommand(
      step,
      loader.ESP_FLASH_DEFL_DATA,
      request,
      loader.checksum(bytes),
      0,
      timeoutMs,
    );
  } finally {
    request.fill(0);
  }
}
