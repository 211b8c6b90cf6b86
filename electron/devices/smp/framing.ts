/**
 * SMP console framing: packets as lines of base64 behind a marker, so that a log and the provisioning share one
 * line. Source: device protocol, framing.
 * Must not: know what a packet says, or own a timer: whoever feeds the decoder says when the line was silent.
 */
import { crc16 } from './crc16.ts';

/** Longest packet (header and payload) in bytes; a longer one is dropped. */
export const PACKET_MAX = 2048;
/** Milliseconds of silence inside a packet that drop it. */
export const SILENCE_MS = 200;

const PIECE_MAX = 93;
const LINE_MAX = 124;
const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const FIRST = [0x06, 0x09] as const;
const NEXT = [0x04, 0x14] as const;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The lines of one packet, at most 2,048 bytes of it, without the `\n` that a station sends before. */
export function encodePacket(packet: Uint8Array): Uint8Array {
  if (packet.length > PACKET_MAX) throw new RangeError(`a packet of ${packet.length} bytes`);
  const body = Buffer.alloc(packet.length + 4);
  body.writeUInt16BE(packet.length + 2, 0);
  body.set(packet, 2);
  body.writeUInt16BE(crc16(packet), packet.length + 2);
  const lines: Buffer[] = [];
  for (let at = 0; at < body.length; at += PIECE_MAX) {
    const piece = body.subarray(at, at + PIECE_MAX).toString('base64');
    lines.push(Buffer.from(at === 0 ? FIRST : NEXT), Buffer.from(`${piece}\n`, 'latin1'));
  }
  return Buffer.concat(lines);
}

/**
 * Finds packets in a stream of bytes that may hold anything else as well. It keeps at most one line of 125 bytes and
 * one packet, whatever arrives.
 */
export class PacketDecoder {
  readonly #line = new Uint8Array(LINE_MAX + 1);
  readonly #body = Buffer.alloc(PACKET_MAX + 4);
  #previous = 0;
  /** What the marker in the current line said; undefined while the line holds none and so is log text. */
  #marker: 'first' | 'next' | undefined;
  #lineLength = 0;
  /** Bytes gathered of the packet in progress; undefined while there is none. */
  #gathered: number | undefined;

  /** Whether a packet was begun and is not complete: silence now means that the rest will not come. */
  get isInside(): boolean {
    return this.#gathered !== undefined || this.#marker !== undefined;
  }

  /** The packets that became complete with these bytes, as copies. */
  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (const byte of bytes) {
      const packet = this.#take(byte);
      if (packet !== undefined) packets.push(packet);
    }
    return packets;
  }

  /** Drops the packet in progress: the line was silent for too long, or is another one now. */
  drop(): void {
    this.#gathered = undefined;
    this.#marker = undefined;
  }

  #take(byte: number): Uint8Array | undefined {
    const previous = this.#previous;
    this.#previous = byte;
    if (previous === FIRST[0] && byte === FIRST[1]) this.#startLine('first');
    else if (previous === NEXT[0] && byte === NEXT[1]) this.#startLine('next');
    else if (this.#marker === undefined) return undefined;
    else if (byte === NEW_LINE) return this.#endLine(this.#marker);
    else if (this.#lineLength < this.#line.length) this.#line[this.#lineLength++] = byte;
    else this.drop();
    return undefined;
  }

  #startLine(marker: 'first' | 'next'): void {
    // No byte of a marker is base64: a line that was begun behind another marker is broken, and its packet with it.
    if (marker === 'first' || this.#marker !== undefined) this.#gathered = undefined;
    this.#marker = marker;
    this.#lineLength = 0;
  }

  #endLine(marker: 'first' | 'next'): Uint8Array | undefined {
    this.#marker = undefined;
    if (marker === 'first') this.#gathered = 0;
    if (this.#gathered === undefined) return undefined;
    const hasReturn = this.#line[this.#lineLength - 1] === CARRIAGE_RETURN && this.#lineLength > 0;
    const length = hasReturn ? this.#lineLength - 1 : this.#lineLength;
    const text = Buffer.from(this.#line.buffer, 0, length).toString('latin1');
    if (length > LINE_MAX || !BASE64.test(text)) return this.#dropped();
    return this.#addPiece(Buffer.from(text, 'base64'), this.#gathered);
  }

  #addPiece(piece: Buffer, gathered: number): Uint8Array | undefined {
    const total = gathered + piece.length;
    if (total > this.#body.length) return this.#dropped();
    this.#body.set(piece, gathered);
    this.#gathered = total;
    if (total < 2) return undefined;
    const expected = this.#body.readUInt16BE(0) + 2;
    if (expected > this.#body.length || expected < 4 || total > expected) return this.#dropped();
    if (total < expected) return undefined;
    this.#gathered = undefined;
    const packet = this.#body.subarray(2, total - 2);
    return crc16(packet) === this.#body.readUInt16BE(total - 2) ? Uint8Array.from(packet) : undefined;
  }

  #dropped(): undefined {
    this.#gathered = undefined;
    return undefined;
  }
}
