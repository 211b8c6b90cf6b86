/**
 * Reads any well-formed CBOR map (RFC 8949): a receiver of the device protocol has to, and cborg refuses tags that it
 * does not know, strings in pieces, and simple values, all of which firmware may put under keys that we ignore.
 * Must not: recurse without a bound, or reserve memory for a length that a damaged packet claims.
 */
export type CborMap = ReadonlyMap<unknown, unknown>;

const DEPTH_MAX = 16;
const BREAK = Symbol('break');

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** The map that these bytes are, integers above 2^53 as bigint; undefined where they are not one whole map. */
export function readCborMap(bytes: Uint8Array): CborMap | undefined {
  const cursor = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 };
  try {
    const value = readItem(cursor, 0);
    return value instanceof Map && cursor.at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readItem(cursor: Cursor, depth: number): unknown {
  const value = readItemOrBreak(cursor, depth);
  if (value === BREAK) throw new RangeError('a break outside');
  return value;
}

function readItemOrBreak(cursor: Cursor, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new RangeError('nested too deeply');
  const first = cursor.bytes.readUInt8(cursor.at++);
  const major = first >> 5;
  const info = first & 31;
  if (major === 7) return readSimple(cursor, info);
  const argument = info === 31 ? undefined : readArgument(cursor, info);
  switch (major) {
    case 0:
      return definite(argument);
    case 1:
      return negative(definite(argument));
    case 2:
    case 3:
      return readString(cursor, major, argument);
    case 4:
      return readArray(cursor, argument, depth);
    case 5:
      return readMap(cursor, argument, depth);
    default:
      definite(argument);
      return readItem(cursor, depth + 1);
  }
}

function readArgument(cursor: Cursor, info: number): number | bigint {
  if (info < 24) return info;
  if (info > 27) throw new RangeError('a reserved length');
  const size = 1 << (info - 24);
  const at = cursor.at;
  cursor.at += size;
  if (size < 8) return cursor.bytes.readUIntBE(at, size);
  const value = cursor.bytes.readBigUInt64BE(at);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function definite<T>(argument: T | undefined): T {
  if (argument === undefined) throw new RangeError('an indefinite number');
  return argument;
}

function negative(argument: number | bigint): number | bigint {
  return typeof argument === 'bigint' ? -1n - argument : -1 - argument;
}

function readString(cursor: Cursor, major: 2 | 3, length: number | bigint | undefined): unknown {
  const bytes = length === undefined ? readPieces(cursor, major) : readBytes(cursor, length);
  return major === 2 ? Uint8Array.from(bytes) : bytes.toString('utf8');
}

function readBytes(cursor: Cursor, length: number | bigint): Buffer {
  const end = cursor.at + Number(length);
  if (end > cursor.bytes.length) throw new RangeError('cut short');
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

/** A string in pieces: definite strings of the same type up to a break. */
function readPieces(cursor: Cursor, major: 2 | 3): Buffer {
  const pieces: Buffer[] = [];
  for (;;) {
    const first = cursor.bytes.readUInt8(cursor.at++);
    if (first === 0xff) return Buffer.concat(pieces);
    if (first >> 5 !== major) throw new RangeError('a piece of another type');
    pieces.push(readBytes(cursor, readArgument(cursor, first & 31)));
  }
}

function readArray(cursor: Cursor, count: number | bigint | undefined, depth: number): unknown[] {
  const items: unknown[] = [];
  while (count === undefined || items.length < count) {
    const item = readItemOrBreak(cursor, depth + 1);
    if (item !== BREAK) items.push(item);
    else if (count === undefined) break;
    else throw new RangeError('a break in a counted array');
  }
  return items;
}

function readMap(cursor: Cursor, count: number | bigint | undefined, depth: number): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let read = 0; count === undefined || read < count; read++) {
    const key = readItemOrBreak(cursor, depth + 1);
    if (key !== BREAK) map.set(key, readItem(cursor, depth + 1));
    else if (count === undefined) break;
    else throw new RangeError('a break in a counted map');
  }
  return map;
}

/** Of floats and simple values only true, false and null mean something here; the rest is skipped over. */
function readSimple(cursor: Cursor, info: number): unknown {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  if (info === 31) return BREAK;
  const value = readArgument(cursor, info);
  if (info === 24 && value < 32) throw new RangeError('a simple value of two bytes');
  if (cursor.at > cursor.bytes.length) throw new RangeError('cut short');
  return undefined;
}
