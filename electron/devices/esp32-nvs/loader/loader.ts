/**
 * esptool-js as far as it can be relied upon: its commands, chip tables and stubs, over a transport of ours, with nothing printed.
 * `main`, `after`, `sync`, `writeFlash` and `readFlash` are not used: they burn an attempt on boot text, leave IO0 low, stall
 * the process, and lose the stream's place.
 * Must not: let a register's value through whose reading the chip refused.
 */
import { ESPError, ESPLoader, UnsupportedCommandError } from 'esptool-js';
import type { LinkTransport } from './link-transport.ts';

/** The rate at which a ROM loader is spoken to. */
export const ROM_BAUD = 115_200;
const SYNC = 0x08;
const SYNC_DATA = Uint8Array.of(0x07, 0x07, 0x12, 0x20, ...new Array(32).fill(0x55));
const SYNC_MS = 100;
const ANSWER_MS = 1000;
/** What the stub says when it has started, and how long that may take. */
const STUB_GREETING = 'OHAI';
const GREETING_MS = 3000;
/** "Received message is invalid": what a ROM says to a command that it does not have, or may not carry out. */
const INVALID_MESSAGE = 5;

const SILENT = { clean: () => {}, write: () => {}, writeLine: () => {} };

export class Loader extends ESPLoader {
  readonly link: LinkTransport;

  constructor(transport: LinkTransport) {
    super({ transport, baudrate: ROM_BAUD, romBaudrate: ROM_BAUD, terminal: SILENT });
    this.link = transport;
  }

  override async readReg(address: number, timeout = ANSWER_MS): Promise<number> {
    const [value, status] = await this.command(this.ESP_READ_REG, word(address), 0, true, timeout);
    if (status[0] === 0) return value >>> 0;
    if (status[1] === INVALID_MESSAGE) throw new UnsupportedCommandError();
    throw new ESPError(`register refused with status ${status[0]},${status[1]}`);
  }

  /**
   * Leaves the ROM for what was uploaded. The ROM's reply is not asked for: what was started may disturb it, or outrun it. What comes
   * before the greeting is passed over; the greeting itself is left to be read. Rejects NoReply.
   */
  override async memFinish(entry: number): Promise<void> {
    await this.command(this.ESP_MEM_END, words(entry === 0 ? 1 : 0, entry), 0, false);
    const until = performance.now() + GREETING_MS;
    for (;;) {
      const frame = await this.link.read(Math.max(0, until - performance.now()));
      if (Buffer.from(frame).toString('latin1') === STUB_GREETING) return this.link.putBack(frame);
    }
  }

  /** One SYNC. Who answered: a ROM, whose reply carries a value, or a stub, whose reply carries none. Rejects NoReply. */
  async greet(): Promise<'rom' | 'stub'> {
    const [value] = await this.command(SYNC, SYNC_DATA, 0, true, SYNC_MS);
    return value === 0 ? 'stub' : 'rom';
  }
}

/** Numbers as a loader takes them: 32 bits each, little-endian. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return Uint8Array.from(bytes);
}

function word(value: number): Uint8Array {
  return words(value);
}
