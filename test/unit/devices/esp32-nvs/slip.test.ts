/** SLIP frames among text and noise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSlip, SlipParser } from '../../../../electron/devices/esp32-nvs/loader/slip.ts';

function parserOf() {
  const frames: string[] = [];
  let text = '';
  const parser = new SlipParser({
    onFrame: (frame) => frames.push(Buffer.from(frame).toString('hex')),
    onText: (piece) => {
      text += piece;
    },
  });
  return { parser, frames, text: () => text };
}

describe('a SLIP frame', () => {
  it('carries any bytes, in pieces of any size', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 40 }), (data, piece) => {
        const { parser, frames } = parserOf();
        const frame = encodeSlip(data);
        for (let at = 0; at < frame.length; at += piece) parser.push(frame.subarray(at, at + piece));
        expect(frames).toEqual([Buffer.from(data).toString('hex')]);
      }),
    );
  });

  it('escapes its delimiter and its escape, and nothing else', () => {
    const frame = Buffer.from(encodeSlip(Uint8Array.of(0xc0, 0xdb, 0x01))).toString('hex');
    expect(frame).toBe('c0dbdcdbdd01c0');
  });

  it('is found behind text, and leaves the text', () => {
    const { parser, frames, text } = parserOf();
    parser.push(Buffer.from('waiting for download\r\n'));
    parser.push(encodeSlip(Uint8Array.of(1, 2)));
    parser.push(Buffer.from('I (12) app\r\n'));
    expect(frames).toEqual(['0102']);
    expect(text()).toBe('waiting for download\r\nI (12) app\r\n');
  });

  it('whose head was lost costs itself, and not the next one', () => {
    const { parser, frames } = parserOf();
    parser.push(Buffer.concat([Uint8Array.of(5, 6, 0xc0), encodeSlip(Uint8Array.of(7, 8))]));
    expect(frames).toEqual(['0708']);
  });

  it('with an escape that means nothing is dropped, and the next one is taken', () => {
    const { parser, frames } = parserOf();
    parser.push(Uint8Array.of(0xc0, 1, 0xdb, 2, 3, 0xc0));
    parser.push(Buffer.concat([encodeSlip(Uint8Array.of(7)), encodeSlip(Uint8Array.of(8))]));
    expect(frames.at(-1)).toBe('08');
    expect(frames).not.toContain('010203');
  });

  it('that never ends is dropped before it fills the memory', () => {
    const { parser, frames } = parserOf();
    parser.push(Uint8Array.of(0xc0));
    parser.push(new Uint8Array(100_000).fill(0x41));
    parser.push(Uint8Array.of(0xc0));
    parser.push(encodeSlip(Uint8Array.of(9)));
    expect(frames).toEqual(['09']);
  });

  it('never makes the parser throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), (pieces) => {
        const { parser, frames } = parserOf();
        for (const piece of pieces) parser.push(piece);
        // An end, wherever it stands, and the next frame is found.
        parser.push(Uint8Array.of(0xc0));
        parser.push(encodeSlip(Uint8Array.of(1, 2, 3)));
        expect(frames.at(-1)).toBe('010203');
      }),
    );
  });
});
