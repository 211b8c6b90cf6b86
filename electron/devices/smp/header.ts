/**
 * The 8-byte header of an SMP packet, version 1 (SMP v2). Source: device protocol, framing.
 * Must not: accept a packet whose length field does not match what arrived.
 */
type Op = 'read' | 'read reply' | 'write' | 'write reply';

const OPS: readonly Op[] = ['read', 'read reply', 'write', 'write reply'];
const VERSION = 1;
const LENGTH = 8;

interface Header {
  readonly op: Op;
  readonly group: number;
  /** 0 to 255; a reply echoes it. */
  readonly sequence: number;
  readonly command: number;
}

export interface Packet extends Header {
  readonly payload: Uint8Array;
}

/** Header and payload as one packet. */
export function encodeHeader({ op, group, sequence, command, payload }: Packet): Uint8Array {
  const packet = Buffer.alloc(LENGTH + payload.length);
  packet[0] = (VERSION << 3) | OPS.indexOf(op);
  packet.writeUInt16BE(payload.length, 2);
  packet.writeUInt16BE(group, 4);
  packet[6] = sequence;
  packet[7] = command;
  packet.set(payload, LENGTH);
  return packet;
}

/** The packet taken apart, or undefined where it is not one of this version. */
export function decodeHeader(packet: Uint8Array): Packet | undefined {
  if (packet.length < LENGTH) return undefined;
  const view = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const first = view.readUInt8(0);
  const op = OPS[first & 7];
  if (op === undefined || first >> 3 !== VERSION) return undefined;
  if (view.readUInt16BE(2) !== packet.length - LENGTH) return undefined;
  return {
    op,
    group: view.readUInt16BE(4),
    sequence: view.readUInt8(6),
    command: view.readUInt8(7),
    payload: packet.subarray(LENGTH),
  };
}
