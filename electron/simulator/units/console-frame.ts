/**
 * The device end's framing, written from the protocol page and sharing no line with the station's, so that one mistake
 * cannot hide at both ends. Source: device protocol, framing.
 * Must not: be used by the station.
 */

/** Base64 characters of a line, at most; a unit may choose to send shorter ones. */
export const LINE_CHARACTERS = 124;
const PACKET_LIMIT = 2048;

/** CRC16-XMODEM, bit by bit as firmware without room for a table does it. */
function xmodem(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      const carry = ((crc & 0x8000) !== 0) !== ((byte & mask) !== 0);
      crc = (crc << 1) & 0xffff;
      if (carry) crc ^= 0x1021;
    }
  }
  return crc;
}

/** The lines of a packet, each with its marker and line end, as they go over the wire. */
export function toLines(packet: Uint8Array, characters = LINE_CHARACTERS): string[] {
  const size = packet.length + 2;
  const check = xmodem(packet);
  const whole = [size >> 8, size & 0xff, ...packet, check >> 8, check & 0xff];
  const perLine = (characters / 4) * 3;
  const lines: string[] = [];
  for (let rest = whole; rest.length > 0; rest = rest.slice(perLine)) {
    const marker = lines.length === 0 ? '\x06\t' : '\x04\x14';
    lines.push(`${marker}${btoa(String.fromCharCode(...rest.slice(0, perLine)))}\n`);
  }
  return lines;
}

/** Collects packets from what the station sends. Whoever feeds it tells when the line was silent. */
export class LineReader {
  #text = '';
  #parts: number[] | undefined;

  take(bytes: Uint8Array): number[][] {
    const lines = (this.#text + Buffer.from(bytes).toString('latin1')).split('\n');
    this.#text = (lines.pop() ?? '').slice(-4 * LINE_CHARACTERS);
    return lines.map((line) => this.#line(line)).filter((packet) => packet !== undefined);
  }

  /** 200 ms of silence drop what was begun. */
  silent(): void {
    this.#parts = undefined;
    this.#text = '';
  }

  #line(line: string): number[] | undefined {
    const first = line.lastIndexOf('\x06\t');
    const next = line.lastIndexOf('\x04\x14');
    if (first < 0 && next < 0) return undefined;
    if (first > next) this.#parts = [];
    const text = line.slice(Math.max(first, next) + 2).replace(/\r$/, '');
    if (this.#parts === undefined) return undefined;
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0 || text.length > LINE_CHARACTERS) {
      this.#parts = undefined;
      return undefined;
    }
    this.#parts.push(...Array.from(atob(text), (character) => character.charCodeAt(0)));
    return this.#complete(this.#parts);
  }

  #complete(parts: number[]): number[] | undefined {
    const size = (parts[0] ?? 0) * 256 + (parts[1] ?? 0);
    if (parts.length >= 2 && (size < 2 || size > PACKET_LIMIT + 2)) this.#parts = undefined;
    if (parts.length < size + 2 || parts.length < 2) return undefined;
    this.#parts = undefined;
    // Over a packet and its own checksum the CRC is zero.
    return parts.length === size + 2 && xmodem(parts.slice(2)) === 0 ? parts.slice(2, size) : undefined;
  }
}
