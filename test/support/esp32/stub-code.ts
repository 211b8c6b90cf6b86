/** The flasher stub as esptool-js ships it, and how it is uploaded packet by packet. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type PacketClient, words } from './chip.ts';

interface StubCode {
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly bytes: Buffer }[];
}

const BLOCK = 0x1800;

export function stubCode(): StubCode {
  const main = createRequire(import.meta.url).resolve('esptool-js');
  const folder = join(main.slice(0, main.lastIndexOf('esptool-js')), 'esptool-js/lib/targets/stub_flasher');
  const json = JSON.parse(readFileSync(join(folder, 'esp32.json'), 'utf8')) as Record<
    string,
    string | number
  >;
  const segment = (name: string) => ({
    address: Number(json[`${name}_start`]),
    bytes: Buffer.from(String(json[name]), 'base64'),
  });
  return { entry: Number(json.entry), segments: [segment('text'), segment('data')] };
}

/** Uploads and starts the stub; resolves when it has said OHAI. */
export async function startStub(client: PacketClient, { entry, segments } = stubCode()): Promise<void> {
  for (const { address, bytes } of segments) {
    const blocks = Math.ceil(bytes.length / BLOCK);
    await client.ask('MEM_BEGIN', words(bytes.length, blocks, BLOCK, address));
    for (let number = 0; number < blocks; number++)
      await client.askBlock('MEM_DATA', number, bytes.subarray(number * BLOCK, (number + 1) * BLOCK));
  }
  await client.ask('MEM_END', words(0, entry));
  const greeting = await client.frame();
  if (greeting.toString('latin1') !== 'OHAI') throw new Error(`no greeting: ${greeting.toString('hex')}`);
}
