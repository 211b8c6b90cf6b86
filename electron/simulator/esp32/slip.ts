/**
 * SLIP frames as the chip receives and sends them (facts of the ROM and of its flasher stub: a byte outside a frame is
 * dropped, an empty frame is a new start, a wrong escape drops the frame). Must not: know what a frame means.
 */
const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** The longest frame that is kept: a flash block of 16 KiB with its headers, as the stub's own buffer. */
const FRAME_MAX = 0x4000 + 64;

export function slipFrame(content: Uint8Array): Uint8Array {
  const bytes = [END];
  for (const byte of content) {
    if (byte === END) bytes.push(ESCAPE, ESCAPED_END);
    else if (byte === ESCAPE) bytes.push(ESCAPE, ESCAPED_ESCAPE);
    else bytes.push(byte);
  }
  bytes.push(END);
  return Uint8Array.from(bytes);
}

export class SlipReader {
  #frame: number[] | undefined;
  #isEscaped = false;

  /** Forgets what was half received. */
  reset(): void {
    this.#frame = undefined;
    this.#isEscaped = false;
  }

  /** The frames that are whole with these bytes. */
  take(bytes: Uint8Array): Uint8Array[] {
    const whole: Uint8Array[] = [];
    for (const byte of bytes) {
      const frame = this.#next(byte);
      if (frame !== undefined) whole.push(frame);
    }
    return whole;
  }

  #next(byte: number): Uint8Array | undefined {
    const frame = this.#frame;
    if (frame === undefined) {
      if (byte === END) this.#frame = [];
      return undefined;
    }
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (byte === ESCAPED_END) this.#put(frame, END);
      else if (byte === ESCAPED_ESCAPE) this.#put(frame, ESCAPE);
      else this.#frame = undefined;
      return undefined;
    }
    if (byte === ESCAPE) {
      this.#isEscaped = true;
      return undefined;
    }
    if (byte !== END) {
      this.#put(frame, byte);
      return undefined;
    }
    // Two ENDs in a row: the first closed nothing, the second opens the frame.
    if (frame.length === 0) return undefined;
    this.#frame = undefined;
    return Uint8Array.from(frame);
  }

  #put(frame: number[], byte: number): void {
    if (frame.length < FRAME_MAX) frame.push(byte);
    else this.#frame = undefined;
  }
}
