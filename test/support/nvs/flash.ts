/**
 * A partition laid down entry by entry, in states that only a power cut leaves. It uses the codec's own entry headers,
 * which the images of the official generator hold to account.
 */
import {
  crc32,
  type EntryHeader,
  entriesOf,
  markWritten,
  PAGE_SIZE,
  spanOf,
  TYPE_BLOB_DATA,
  TYPE_BLOB_INDEX,
  TYPE_CODES,
  TYPE_STRING,
  writeEntryHeader,
  writePageHeader,
} from '../../../electron/devices/esp32-nvs/nvs/layout.ts';
import type { PageState } from '../../../electron/devices/esp32-nvs/nvs/types.ts';

/** One entry, or a head with the data behind it. */
export type Piece = Buffer;

function head(
  header: Partial<EntryHeader> & { typeCode: number; payload: Buffer },
  body: Buffer = Buffer.alloc(0),
): Piece {
  const filled = Buffer.alloc((spanOf(body.length) - 1) * 32, 0xff);
  body.copy(filled);
  const defaults = { namespaceIndex: 1, span: spanOf(body.length), chunk: 0xff, key: 'k' };
  return Buffer.concat([writeEntryHeader({ ...defaults, ...header }), filled]);
}

function payload(write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(8, 0xff);
  write(bytes);
  return bytes;
}

export const namespace = (name: string, index: number): Piece =>
  head({
    namespaceIndex: 0,
    typeCode: TYPE_CODES.u8,
    key: name,
    payload: payload((bytes) => bytes.writeUInt8(index)),
  });

export const u8 = (key: string, value: number, namespaceIndex = 1): Piece =>
  head({
    namespaceIndex,
    typeCode: TYPE_CODES.u8,
    key,
    payload: payload((bytes) => bytes.writeUInt8(value)),
  });

export const other = (key: string, typeCode: number, bytes: Buffer): Piece =>
  head({ typeCode, key, payload: bytes });

export function variable(key: string, typeCode: number, data: Buffer, chunk = 0xff): Piece {
  const described = payload((bytes) => {
    bytes.writeUInt16LE(data.length);
    bytes.writeUInt32LE(crc32(data), 4);
  });
  return head({ typeCode, key, chunk, payload: described }, data);
}

export const text = (key: string, value: string): Piece =>
  variable(key, TYPE_STRING, Buffer.from(`${value}\0`));

export const chunk = (key: string, number: number, data: Buffer): Piece =>
  variable(key, TYPE_BLOB_DATA, data, number);

export const index = (key: string, size: number, count: number, start: number): Piece =>
  head({
    typeCode: TYPE_BLOB_INDEX,
    key,
    payload: payload((bytes) => {
      bytes.writeUInt32LE(size);
      bytes.writeUInt8(count, 4);
      bytes.writeUInt8(start, 5);
    }),
  });

export interface PageOptions {
  readonly state?: PageState;
  readonly sequence?: number;
  readonly version?: 1 | 2;
}

/** A page with `pieces` one behind the other, all marked as written. */
export function page(
  pieces: readonly Piece[],
  { state = 'active', sequence = 0, version = 2 }: PageOptions = {},
): Buffer {
  const bytes = Buffer.alloc(PAGE_SIZE, 0xff);
  writePageHeader(bytes, state, sequence, version);
  let entry = 0;
  for (const piece of pieces) {
    piece.copy(entriesOf(bytes, entry, piece.length / 32));
    for (let end = entry + piece.length / 32; entry < end; entry += 1) markWritten(bytes, entry);
  }
  return bytes;
}

/** Sets the two bits of an entry's state: 3 empty, 2 written, 0 erased. */
export function setState(bytes: Buffer, entry: number, bits: 0 | 1 | 2 | 3): void {
  const at = 32 + (entry >> 2);
  const shift = (entry & 3) * 2;
  bytes.writeUInt8((bytes.readUInt8(at) & ~(3 << shift)) | (bits << shift), at);
}

export const blank = (): Buffer => Buffer.alloc(PAGE_SIZE, 0xff);

export const raw = writeEntryHeader;
export const checksum = crc32;
