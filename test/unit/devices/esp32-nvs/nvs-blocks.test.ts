/** What is sent to be unpacked and written goes in blocks that every stub takes. */
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../../electron/devices/esp32-nvs/loader/flash.ts';

describe('the blocks of a packed sector', () => {
  it('are the whole of it, none too long, and none with the end of the stream alone', () => {
    const stream = new Uint8Array(0x6000);
    // About where a block more is needed.
    const lengths = [
      8,
      100,
      ...[1, 2, 3, 10].flatMap((n) => [-1, 0, 1, 2, 3, 4, 5].map((by) => n * 0x800 + by)),
    ];
    for (const length of lengths) {
      const blocks = blocksOf(stream.subarray(0, length)).map((block) => block.length);
      expect(blocks.reduce((sum, each) => sum + each, 0)).toBe(length);
      expect(Math.max(...blocks)).toBeLessThanOrEqual(0x800);
      // An Adler-32 has four bytes.
      expect(Math.min(...blocks)).toBeGreaterThan(4);
    }
  });
});
