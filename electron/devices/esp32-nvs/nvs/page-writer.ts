/**
 * Fills pages entry by entry, in the order and with the page breaks of Espressif's generator (esp-idf-nvs-partition-gen),
 * so that the same entries give the same bytes. Must not: check names or values; whoever calls has.
 */
import {
  crc32,
  ENTRIES_PER_PAGE,
  ENTRY_SIZE,
  entriesOf,
  markWritten,
  NO_CHUNK,
  PAGE_SIZE,
  spanOf,
  TYPE_BLOB_DATA,
  TYPE_BLOB_INDEX,
  TYPE_BLOB_V1,
  TYPE_CODES,
  TYPE_STRING,
  writeEntryHeader,
  writePageHeader,
} from './layout.ts';
import { type BytesValue, isInteger, type NvsValue } from './types.ts';

export interface WriterOptions {
  readonly firstSequence: number;
  readonly version: 1 | 2;
  /**
   * How an item of variable length ends a page. `generator`: never with its very last entry, as the official tool has it.
   * `library`: wherever it fits, as firmware does; then an item of a key that the page already holds also begins a new
   * page, because a boot takes such a pair on one page for a write cut short.
   */
  readonly fit: 'generator' | 'library';
  /** Of the last page: full where pages of another writer follow. Active by default. */
  readonly last?: 'active' | 'full';
}

/** The pages that an item was put on, counted from 0; of a blob also those that got a piece of it. */
export interface Placed {
  readonly pages: ReadonlySet<number>;
  readonly pieces: readonly number[];
}

export interface PageWriter {
  readonly addNamespace: (name: string, index: number) => Placed;
  /** `chunkStart`: the number of a blob's first piece, 0 or 0x80. */
  readonly add: (namespaceIndex: number, key: string, value: NvsValue, chunkStart?: number) => Placed;
  /** The pages so far, 4,096 bytes each: all full but the last. At least one. */
  readonly pages: () => readonly Buffer[];
}

interface OpenPage {
  readonly bytes: Buffer;
  readonly sequence: number;
  used: number;
  readonly keys: Set<string>;
}

export function createPageWriter(options: WriterOptions): PageWriter {
  const { firstSequence, version, fit, last = 'active' } = options;
  const pages: OpenPage[] = [];
  const touched = { pages: new Set<number>(), pieces: [] as number[] };
  let page = open();

  function open(): OpenPage {
    const previous = pages.at(-1);
    if (previous !== undefined) writePageHeader(previous.bytes, 'full', previous.sequence, version);
    const sequence = firstSequence + pages.length;
    const fresh = { bytes: Buffer.alloc(PAGE_SIZE, 0xff), sequence, used: 0, keys: new Set<string>() };
    writePageHeader(fresh.bytes, last, sequence, version);
    pages.push(fresh);
    return fresh;
  }

  function put(head: Buffer, body: Uint8Array): void {
    const span = spanOf(body.length);
    const target = entriesOf(page.bytes, page.used, span);
    target.set(head);
    target.set(body, ENTRY_SIZE);
    for (let entry = page.used; entry < page.used + span; entry += 1) markWritten(page.bytes, entry);
    page.used += span;
    touched.pages.add(pages.length - 1);
  }

  function placed(put: () => void): Placed {
    touched.pages = new Set();
    touched.pieces = [];
    put();
    return { ...touched };
  }

  function makeRoom(span: number, place: string, isVariable: boolean): void {
    const room = ENTRIES_PER_PAGE - page.used;
    const fits = isVariable && fit === 'generator' ? span < room : span <= room;
    if (!fits || (fit === 'library' && page.keys.has(place))) page = open();
    page.keys.add(place);
  }

  function putOne(namespaceIndex: number, key: string, typeCode: number, payload: Buffer): void {
    makeRoom(1, `${namespaceIndex} ${key}`, false);
    put(
      writeEntryHeader({ namespaceIndex, typeCode, span: 1, chunk: NO_CHUNK, key, payload }),
      Buffer.alloc(0),
    );
  }

  function putPiece(
    namespaceIndex: number,
    key: string,
    typeCode: number,
    chunk: number,
    data: Uint8Array,
  ): void {
    const payload = Buffer.alloc(8, 0xff);
    payload.writeUInt16LE(data.length, 0);
    payload.writeUInt32LE(crc32(data), 4);
    const span = spanOf(data.length);
    put(writeEntryHeader({ namespaceIndex, typeCode, span, chunk, key, payload }), data);
  }

  /** Pieces as long as the page has room, be it none, then the index; where no entry is left for the index, on a new page. */
  function putBlob(namespaceIndex: number, key: string, data: Uint8Array, chunkStart: number): void {
    makeRoom(1, `${namespaceIndex} ${key}`, false);
    let [at, count] = [0, 0];
    do {
      const room = (ENTRIES_PER_PAGE - page.used - 1) * ENTRY_SIZE;
      const piece = data.subarray(at, at + room);
      putPiece(namespaceIndex, key, TYPE_BLOB_DATA, chunkStart + count, piece);
      touched.pieces.push(pages.length - 1);
      at += piece.length;
      count += 1;
      if (at < data.length || room - piece.length < ENTRY_SIZE) page = open();
    } while (at < data.length);
    const payload = Buffer.alloc(8, 0xff);
    payload.writeUInt32LE(data.length, 0);
    payload.writeUInt8(count, 4);
    payload.writeUInt8(chunkStart, 5);
    const index = { namespaceIndex, typeCode: TYPE_BLOB_INDEX, span: 1, chunk: NO_CHUNK, key, payload };
    put(writeEntryHeader(index), Buffer.alloc(0));
    page.keys.add(`${namespaceIndex} ${key}`);
  }

  function putBytes(namespaceIndex: number, key: string, { type, data }: BytesValue): void {
    makeRoom(spanOf(data.length), `${namespaceIndex} ${key}`, true);
    putPiece(namespaceIndex, key, type === 'string' ? TYPE_STRING : TYPE_BLOB_V1, NO_CHUNK, data);
  }

  function putValue(namespaceIndex: number, key: string, value: NvsValue, chunkStart: number): void {
    if (isInteger(value)) {
      const payload = integerPayload(Number(value.type.slice(1)) / 8, value.value);
      putOne(namespaceIndex, key, TYPE_CODES[value.type], payload);
    } else if (value.type === 'other') putOne(namespaceIndex, key, value.code, Buffer.from(value.data));
    else if (value.type === 'blob') putBlob(namespaceIndex, key, value.data, chunkStart);
    else putBytes(namespaceIndex, key, value);
  }

  return {
    addNamespace: (name, index) =>
      placed(() => putOne(0, name, TYPE_CODES.u8, integerPayload(1, BigInt(index)))),
    add: (namespaceIndex, key, value, chunkStart = 0) =>
      placed(() => putValue(namespaceIndex, key, value, chunkStart)),
    pages: () => pages.map(({ bytes }) => bytes),
  };
}

/** Little-endian two's complement, the rest of the eight bytes blank. */
function integerPayload(bytes: number, value: bigint): Buffer {
  const whole = Buffer.alloc(8);
  whole.writeBigUInt64LE(BigInt.asUintN(64, value));
  return whole.fill(0xff, bytes);
}
