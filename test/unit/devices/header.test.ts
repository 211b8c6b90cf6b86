/** The SMP header against bytes made by hand. */
import { describe, expect, it } from 'vitest';
import { decodeHeader, encodeHeader } from '../../../electron/devices/smp/header.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('the header of a packet', () => {
  it('is version 1, big-endian, with the length of the payload', () => {
    const payload = hex('a1626f666600');
    const packet = encodeHeader({ op: 'write', group: 0x4b42, sequence: 0xfe, command: 2, payload });
    expect(Buffer.from(packet).toString('hex')).toBe('0a0000064b42fe02a1626f666600');
  });

  it('is read back from a reply', () => {
    expect(decodeHeader(hex('090000014b420100a0'))).toEqual({
      op: 'read reply',
      group: 0x4b42,
      sequence: 1,
      command: 0,
      payload: hex('a0'),
    });
  });

  it.each([
    ['is cut short', '0900000100'],
    ['is of version 0', '010000014b420100a0'],
    ['is of version 2', '110000014b420100a0'],
    ['has an unknown op', '0c0000014b420100a0'],
    ['announces more than there is', '090000024b420100a0'],
    ['announces less than there is', '090000004b420100a0'],
  ])('is refused where it %s', (_name, packet) => {
    expect(decodeHeader(hex(packet))).toBeUndefined();
  });
});
