/** Emulated ESP32s for tests, closed by themselves, and a client that speaks the loader protocol packet by packet. */
import { onTestFinished } from 'vitest';
import { createEmulatedEsp32, type EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { EmulatedEsp32Options } from '../../../electron/simulator/esp32/options.ts';
import { blockCheck, OPERATIONS, type OperationName } from '../../../electron/simulator/esp32/packet.ts';
import { SlipReader, slipFrame } from '../../../electron/simulator/esp32/slip.ts';
import { wiredSlot } from '../../../electron/simulator/esp32/wired-slot.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { Link, SlotPort } from '../../../electron/station/ports.ts';

/** That of the recorded chip. */
export const MAC = '240AC4010203';
const NEVER = new AbortController().signal;
const REPLY_MS = 5_000;

export interface ChipOnSlot {
  readonly chip: EmulatedEsp32;
  readonly slot: SlotPort;
}

/** A chip on an in-memory line, with the slot through which modem lines and rate reach it. */
export function chipInMemory(options: Partial<EmulatedEsp32Options> = {}): ChipOnSlot {
  const line = createMemoryLine('slot-1');
  const chip = createEmulatedEsp32({ line, mac: MAC, ...options });
  onTestFinished(() => chip.close());
  return { chip, slot: wiredSlot(line.slot, chip) };
}

export interface PacketReply {
  readonly op: number;
  readonly value: number;
  /** With the status at its end. */
  readonly data: Buffer;
}

/** One that sends what it is told and hands out what comes: frames in order, and the text between them. */
export class PacketClient {
  readonly link: Link;
  readonly frames: Buffer[] = [];
  text = '';
  readonly #reader = new SlipReader();
  readonly #waiting: (() => void)[] = [];

  private constructor(link: Link) {
    this.link = link;
    link.onData((bytes) => {
      this.text += Buffer.from(bytes).toString('latin1');
      this.frames.push(...this.#reader.take(bytes).map((frame) => Buffer.from(frame)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(slot: SlotPort, baudRate = 115_200): Promise<PacketClient> {
    const client = new PacketClient(await slot.open(baudRate, NEVER));
    onTestFinished(() => client.link.close());
    return client;
  }

  /** Resets the chip: with `strap`, into download mode. */
  async reset({ strap }: { readonly strap: boolean }): Promise<void> {
    await this.link.setSignals({ dtr: false, rts: true });
    await this.link.setSignals({ dtr: strap, rts: false });
    await this.until(() => this.text.includes(strap ? 'waiting for download' : 'Partition Table'));
    await this.link.setSignals({ dtr: false, rts: false });
  }

  /** Into download mode and in step with the ROM. */
  static async inDownload(slot: SlotPort): Promise<PacketClient> {
    const client = await PacketClient.open(slot);
    await client.reset({ strap: true });
    await client.ask('SYNC', SYNC_DATA);
    for (let nth = 1; nth < 8; nth++) await client.reply();
    return client;
  }

  /** Resolves when it is so; rejects when it is not within five seconds. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + REPLY_MS;
    while (!isSo()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`nothing more came; text: ${JSON.stringify(this.text.slice(-300))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async frame(): Promise<Buffer> {
    await this.until(() => this.frames.length > 0);
    return this.frames.shift()!;
  }

  async reply(): Promise<PacketReply> {
    const frame = await this.frame();
    if (frame[0] !== 1) throw new Error(`no reply: ${frame.toString('hex')}`);
    if (frame.readUInt16LE(2) !== frame.length - 8) throw new Error(`wrong length: ${frame.toString('hex')}`);
    return { op: frame[1]!, value: frame.readUInt32LE(4), data: frame.subarray(8) };
  }

  async send(op: number, data: Uint8Array = new Uint8Array(), check = 0): Promise<void> {
    const header = Buffer.alloc(8);
    header.writeUInt8(op, 1);
    header.writeUInt16LE(data.length, 2);
    header.writeUInt32LE(check, 4);
    await this.link.write(slipFrame(Buffer.concat([header, data])));
  }

  async sendFrame(content: Uint8Array): Promise<void> {
    await this.link.write(slipFrame(content));
  }

  async ask(name: OperationName, data: Uint8Array = new Uint8Array(), check = 0): Promise<PacketReply> {
    await this.send(OPERATIONS[name], data, check);
    return this.reply();
  }

  /** A block with its header and its check. */
  askBlock(name: OperationName, sequence: number, block: Uint8Array): Promise<PacketReply> {
    return this.ask(name, Buffer.concat([words(block.length, sequence, 0, 0), block]), blockCheck(block));
  }
}

export const SYNC_DATA = Buffer.from([0x07, 0x07, 0x12, 0x20, ...Array.from({ length: 32 }, () => 0x55)]);

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return bytes;
}
