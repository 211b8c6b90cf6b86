/**
 * SLIP frames among other bytes: what the chip prints before and between frames is text, and a frame that began in the middle
 * does not spoil the next one. Source: RFC 1055; ROM loader protocol (a frame opens and closes with 0xC0).
 * Must not: throw on any bytes, or keep more than a frame and a screenful of text.
 */

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** A loader's longest frame is a flash block of 16 KiB; what grows beyond is noise. */
const FRAME_MAX = 0x8000;
const TEXT_MAX = 4096;

/** The frame around `data`; its bytes are a copy. */
export function encodeSlip(data: Uint8Array): Uint8Array {
  let length = data.length + 2;
  for (const byte of data) if (byte === END || byte === ESC) length += 1;
  const frame = new Uint8Array(length);
  let at = 0;
  frame[at++] = END;
  for (const byte of data) {
    if (byte === END || byte === ESC) {
      frame[at++] = ESC;
      frame[at++] = byte === END ? ESC_END : ESC_ESC;
    } else {
      frame[at++] = byte;
    }
  }
  frame[at] = END;
  return frame;
}

export class SlipParser {
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #onText: (text: string) => void;
  readonly #body = new Uint8Array(FRAME_MAX);
  #length = 0;
  #isInside = false;
  #isEscaped = false;

  /** `onText` gets what stands between frames, once for each piece that came in. */
  constructor({
    onFrame,
    onText,
  }: {
    onFrame: (frame: Uint8Array) => void;
    onText: (text: string) => void;
  }) {
    this.#onFrame = onFrame;
    this.#onText = onText;
  }

  push(bytes: Uint8Array): void {
    let text = '';
    for (const byte of bytes) {
      if (byte === END) this.#delimit();
      else if (!this.#isInside) text += text.length < TEXT_MAX ? String.fromCharCode(byte) : '';
      else if (!this.#take(byte)) this.#drop();
    }
    if (text !== '') this.#onText(text);
  }

  /** Whatever was received is overwritten: it may have been a piece of the record. */
  wipe(): void {
    this.#drop();
    this.#body.fill(0);
  }

  /** An end that follows an end opens the next frame: so a lost byte costs one frame, not all that follow. */
  #delimit(): void {
    if (!this.#isInside) {
      this.#isInside = true;
      return;
    }
    if (this.#length === 0) return;
    const frame = this.#isEscaped ? undefined : this.#body.slice(0, this.#length);
    this.#drop();
    if (frame !== undefined) this.#onFrame(frame);
  }

  #take(byte: number): boolean {
    if (this.#length >= FRAME_MAX) return false;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (byte !== ESC_END && byte !== ESC_ESC) return false;
      this.#body[this.#length++] = byte === ESC_END ? END : ESC;
    } else if (byte === ESC) {
      this.#isEscaped = true;
    } else {
      this.#body[this.#length++] = byte;
    }
    return true;
  }

  #drop(): void {
    this.#length = 0;
    this.#isInside = false;
    this.#isEscaped = false;
  }
}
