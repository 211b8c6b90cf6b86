/** What is sent to be unpacked and written goes in blocks that every stub takes. */
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../../electron/devices/esp32-nvs/loader/flash.ts';

describe('the blocks of a packed sector', () => {
  it('are the whole of it, none too long, and none with the end of the stream alone', () => {
    for (let length = 8; length < 20_000; length += 1) {
      const packed = new Uint8Array(length);
      const lengths = blocksOf(packed).map((block) => block.length);
      expect(lengths.reduce((sum, each) => sum + each, 0)).toBe(length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(0x800);
      // An Adler-32 has four bytes.
      expect(Math.min(...lengths)).toBeGreaterThan(4);
    }
  });
});
