/** Holds the emulator to a recorded session with the real mask ROM and stub, packet by packet and field by field. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chipInMemory, PacketClient } from '../../../support/esp32/chip.ts';
import { stubCode } from '../../../support/esp32/stub-code.ts';

const SUPPORT = join(import.meta.dirname, '../../../support');
const IMAGE = readFileSync(join(SUPPORT, 'nvs/g2_str200.bin'));
/** Deflated by the library that the recorded client used: Node's own comes to other bytes. */
const deflater = createRequire(createRequire(import.meta.url).resolve('esptool-js'));
const { deflate } = deflater('pako') as { deflate(bytes: Uint8Array, how: { level: number }): Uint8Array };
const PACKED = deflate(IMAGE, { level: 9 });
const BAUD_RATE = 921_600;

interface Packet {
  readonly dir: '<' | '>';
  readonly op?: number;
  readonly name?: string;
  readonly size?: number;
  readonly chk?: number;
  readonly val?: number;
  readonly data?: string;
  readonly raw?: string;
  readonly ack?: number;
}

const session = JSON.parse(
  readFileSync(join(SUPPORT, 'esp32/recorded-session/transcript_921600.json'), 'utf8'),
) as readonly Packet[];

/** Blocks that the recording names by their digest. */
const [text, data] = stubCode().segments;
const BLOCKS = [text!.bytes.subarray(0, 0x1800), text!.bytes.subarray(0x1800), data!.bytes, PACKED];

it('answers a recorded session as the real ROM and stub answered it', async () => {
  const { chip, slot } = chipInMemory();
  const client = await PacketClient.open(slot);
  await client.reset({ strap: true });
  const compared = { replies: 0, raw: 0 };
  for (const [index, packet] of session.entries()) {
    if (packet.dir === '>') {
      await sendAsRecorded(client, packet);
      continue;
    }
    const frame = await client.frame();
    if (packet.raw === undefined) {
      expect(asRecorded(frame), `packet ${index}`).toEqual(fieldsOf(packet));
      compared.replies += 1;
    } else {
      compareRaw(frame, packet.raw, `packet ${index}`);
      compared.raw += 1;
    }
    if (packet.name === 'CHANGE_BAUDRATE') await client.link.setBaudRate(BAUD_RATE);
    // The recorder saw one of the eight that the ROM sends; its host threw the rest away unread.
    if (packet.data === '01050000')
      for (let nth = 1; nth < 8; nth++) expect(await client.frame()).toEqual(frame);
  }
  expect(compared).toEqual({ replies: 45, raw: 3 });
  expect(client.frames).toEqual([]);
  expect(Buffer.from(chip.flash.read(0x9000, IMAGE.length)).equals(IMAGE)).toBe(true);
  expect(chip.flash.touched()).toEqual([0x9000, 0xa000, 0xb000, 0xc000, 0xd000, 0xe000]);
});

async function sendAsRecorded(
  client: PacketClient,
  { op, chk, size, data = '', ack }: Packet,
): Promise<void> {
  if (ack !== undefined) {
    const total = Buffer.alloc(4);
    total.writeUInt32LE(ack);
    return client.sendFrame(total);
  }
  const bytes = wholeData(data);
  expect(bytes.length).toBe(size);
  await client.send(op!, bytes, chk);
}

/** The data of a request, with the block that the recording cuts. */
function wholeData(recorded: string): Buffer {
  const cut = /^([0-9a-f]+)\.\.\+(\d+)B sha256:([0-9a-f]+)$/.exec(recorded);
  if (cut === null) return Buffer.from(recorded, 'hex');
  const [, head, length, digest] = cut;
  const block = BLOCKS.find((each) => each.length === Number(length));
  if (block === undefined) throw new Error(`no block of ${length} bytes`);
  expect(createHash('sha256').update(block).digest('hex')).toMatch(new RegExp(`^${digest}`));
  return Buffer.concat([Buffer.from(head!, 'hex'), block]);
}

function fieldsOf({ op, size, val, data }: Packet) {
  return { op, size, val, data };
}

function asRecorded(frame: Buffer) {
  return {
    op: frame[1],
    size: frame.readUInt16LE(2),
    val: frame.readUInt32LE(4),
    data: frame.subarray(8).toString('hex'),
  };
}

/** Of the recorded partition table only the start and the MD5 are known: ours is another, with its own MD5. */
let table: Uint8Array = new Uint8Array();
function compareRaw(frame: Buffer, recorded: string, where: string): void {
  const cut = /^([0-9a-f]+)\.\.(\d+)B$/.exec(recorded);
  if (cut !== null) {
    const [, head, length] = cut;
    table = frame;
    expect(frame.length, where).toBe(Number(length));
    expect(frame.toString('hex').startsWith(head!), where).toBe(true);
  } else if (recorded.length === 32) {
    expect(frame.toString('hex'), where).toBe(createHash('md5').update(table).digest('hex'));
  } else {
    expect(frame.toString('hex'), where).toBe(recorded);
  }
}
