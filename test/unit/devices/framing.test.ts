/** SMP console framing against bytes made by hand and by another CRC implementation (Python's binascii.crc_hqx). */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../../electron/devices/smp/crc16.ts';
import { encodePacket, PacketDecoder } from '../../../electron/devices/smp/framing.ts';

const HELLO = Uint8Array.from(Buffer.from('080000014b422a00a0', 'hex'));
const HELLO_LINE = '\x06\tAAsIAAABS0IqAKDm0Q==\n';
const bytes = (text: string) => Buffer.from(text, 'latin1');
const packetOf = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);
const lineOf = (marker: string, piece: Uint8Array) => `${marker}${Buffer.from(piece).toString('base64')}\n`;

function decode(text: string, decoder = new PacketDecoder()): string[] {
  return decoder.push(bytes(text)).map((packet) => Buffer.from(packet).toString('hex'));
}
const hex = (packet: Uint8Array) => Buffer.from(packet).toString('hex');
const text = (packet: Uint8Array) => Buffer.from(encodePacket(packet)).toString('latin1');

describe('the checksum of a packet', () => {
  it('has the check value of CRC16-XMODEM', () => {
    expect(crc16(bytes('123456789'))).toBe(0x31c3);
    expect(crc16(new Uint8Array(0))).toBe(0);
  });
});

describe('a packet that is sent', () => {
  it('is one line of marker, base64 and line feed', () => {
    expect(text(HELLO)).toBe(HELLO_LINE);
  });

  it('goes over several lines of at most 124 characters behind their markers', () => {
    const packet = Uint8Array.from([...Buffer.from('0a0000c84b420102', 'hex'), ...Array(200).keys()]);
    const frame = encodePacket(packet);
    expect(createHash('sha256').update(frame).digest('hex')).toBe(
      'eedd8433da0c0e1a4a2c7cf5f955f8d3a002200243e8d2c112c95ce8ee8fd189',
    );
    const lines = Buffer.from(frame).toString('latin1').split('\n');
    expect(lines.map((line) => line.length)).toEqual([126, 126, 38, 0]);
    expect(lines.slice(0, 3).map((line) => line.slice(0, 2))).toEqual(['\x06\t', '\x04\x14', '\x04\x14']);
  });

  it('is never longer than 2,048 bytes', () => {
    expect(() => encodePacket(packetOf(2049))).toThrow(RangeError);
    expect(decode(text(packetOf(2048)))).toEqual([hex(packetOf(2048))]);
  });
});

describe('a packet that arrives', () => {
  it('is taken with a carriage return before the line feed', () => {
    expect(decode(HELLO_LINE.replace('\n', '\r\n'))).toEqual([hex(HELLO)]);
  });

  it('is found behind log text in the same line', () => {
    expect(decode(`[00:12] boot ok ${HELLO_LINE}`)).toEqual([hex(HELLO)]);
    expect(decode(`\x06\x06\tAAs${HELLO_LINE}`)).toEqual([hex(HELLO)]);
  });

  it('is found behind a packet that broke off in the same line', () => {
    expect(decode(`${HELLO_LINE.slice(0, 12)}${HELLO_LINE}`)).toEqual([hex(HELLO)]);
  });

  it('may come in pieces of any size, log lines between them', () => {
    const body = [...Buffer.from(HELLO_LINE.slice(2).trim(), 'base64')];
    const lines = body.map((byte, index) => lineOf(index === 0 ? '\x06\t' : '\x04\x14', Uint8Array.of(byte)));
    expect(decode(lines.join('I (312) wifi: connected\r\n'))).toEqual([hex(HELLO)]);
  });

  it.each([
    ['a character outside the alphabet', HELLO_LINE.replace('AAsI', 'AA-I')],
    ['padding inside', HELLO_LINE.replace('AAsI', 'AA==')],
    ['a length that is no multiple of four', HELLO_LINE.replace('==', '=')],
    ['a blank at the end', HELLO_LINE.replace('\n', ' \n')],
    ['a wrong checksum', HELLO_LINE.replace('KDm0Q', 'KDm0A')],
    ['two carriage returns', HELLO_LINE.replace('\n', '\r\r\n')],
    ['a line of more than 124 characters', `\x06\t${Buffer.from(packetOf(96)).toString('base64')}\n`],
    ['more bytes than it said', lineOf('\x06\t', Uint8Array.of(0, 3, 1, 0x10, 0x21, 0))],
    ['a continuation without a first line', HELLO_LINE.replace('\x06\t', '\x04\x14')],
  ])('is dropped with %s, and the next one is taken', (_name, broken) => {
    const decoder = new PacketDecoder();
    expect(decode(broken, decoder)).toEqual([]);
    expect(decoder.isInside).toBe(false);
    expect(decode(HELLO_LINE, decoder)).toEqual([hex(HELLO)]);
  });

  it('is dropped as soon as it says that it is longer than 2,048 bytes', () => {
    const decoder = new PacketDecoder();
    const length = Buffer.alloc(90);
    length.writeUInt16BE(2051, 0);
    expect(decode(lineOf('\x06\t', length), decoder)).toEqual([]);
    expect(decoder.isInside).toBe(false);
  });

  it('is dropped by silence, so that what follows does not complete it', () => {
    const [first = '', second = ''] = text(packetOf(100)).split(/(?<=\n)/);
    const decoder = new PacketDecoder();
    decode(first, decoder);
    expect(decoder.isInside).toBe(true);
    decoder.drop();
    expect(decoder.isInside).toBe(false);
    expect(decode(second, decoder)).toEqual([]);
    expect(decode(first + second, decoder)).toEqual([hex(packetOf(100))]);
  });

  it('is dropped by silence in the middle of a line', () => {
    const decoder = new PacketDecoder();
    decode(HELLO_LINE.slice(0, 9), decoder);
    expect(decoder.isInside).toBe(true);
    decoder.drop();
    expect(decode(HELLO_LINE.slice(9), decoder)).toEqual([]);
  });
});

describe('a noisy line', () => {
  const packet = fc.uint8Array({ minLength: 1, maxLength: 400 });
  const logLine = fc
    .string({ unit: 'binary-ascii', maxLength: 60 })
    .filter((line) => ![...line].some((character) => '\n\x06\x04'.includes(character)))
    .map((line) => `${line}\n`);

  it('delivers every packet whole, however the bytes are cut up and whatever log lines stand between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(packet, fc.array(logLine, { maxLength: 3 })), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (parts, cuts) => {
          const lines = parts.flatMap(([sent, logs]) =>
            text(sent)
              .split(/(?<=\n)/)
              .flatMap((line) => [...logs, line]),
          );
          const stream = bytes(lines.join(''));
          const decoder = new PacketDecoder();
          const got: string[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            got.push(...decoder.push(stream.subarray(at, at + size)).map(hex));
            at += size;
          }
          expect(got).toEqual(parts.map(([sent]) => hex(sent)));
        },
      ),
    );
  });

  it('never delivers a packet that was not sent when log text is printed into the frames', () => {
    const noise = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(packet, noise, fc.nat()), { minLength: 1, maxLength: 8 }), (parts) => {
        const sent = new Set(parts.map(([one]) => hex(one)));
        const stream = parts.map(([one, log, at]) => {
          const frame = text(one);
          const cut = at % frame.length;
          return frame.slice(0, cut) + log + frame.slice(cut);
        });
        for (const got of decode(`${stream.join('')}\n${HELLO_LINE}`)) {
          expect(got === hex(HELLO) || sent.has(got)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes the next packet after any garbage that a line feed ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (garbage) => {
        const decoder = new PacketDecoder();
        decoder.push(garbage);
        decoder.push(bytes('\n'));
        expect(decode(HELLO_LINE, decoder).at(-1)).toBe(hex(HELLO));
      }),
    );
  });

  it('costs no memory that grows with the garbage', () => {
    const decoder = new PacketDecoder();
    const endless = new Uint8Array(1 << 20).fill(0x41);
    decoder.push(bytes('\x06\t'));
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 20; round++) decoder.push(endless);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    expect(decoder.isInside).toBe(false);
  });
});
