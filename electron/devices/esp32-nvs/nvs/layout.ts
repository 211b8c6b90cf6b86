/**
 * The bytes of NVS: pages of a header, a state table and 126 entries of 32 bytes. Source: ESP-IDF, "Non-Volatile
 * Storage Library", internals; checked against images of Espressif's generator. All numbers little-endian.
 */
import { crc32 as zlibCrc32 } from 'node:zlib';
import type { IntegerType, PageState } from './types.ts';

export const PAGE_SIZE = 4096;
export const ENTRY_SIZE = 32;
export const ENTRIES_PER_PAGE = 126;
/** The fewest pages of a partition that can be written: two to move data between, and one that stays blank. */
export const MIN_PAGES = 3;
export const KEY_MAX = 15;
/** Most bytes of one piece of variable length: a page less the entry that heads it. */
export const PIECE_MAX = (ENTRIES_PER_PAGE - 1) * ENTRY_SIZE;
/** Chunk index of everything that is not a piece of a blob. */
export const NO_CHUNK = 0xff;

const TABLE_AT = 32;
const ENTRIES_AT = 64;

export const TYPE_CODES: Readonly<Record<IntegerType, number>> = {
  u8: 0x01,
  u16: 0x02,
  u32: 0x04,
  u64: 0x08,
  i8: 0x11,
  i16: 0x12,
  i32: 0x14,
  i64: 0x18,
};
export const TYPE_STRING = 0x21;
export const TYPE_BLOB_V1 = 0x41;
export const TYPE_BLOB_DATA = 0x42;
export const TYPE_BLOB_INDEX = 0x48;

const INTEGERS = new Map(Object.entries(TYPE_CODES).map(([type, code]) => [code, type as IntegerType]));

export function integerTypeOf(code: number): IntegerType | undefined {
  return INTEGERS.get(code);
}

/** Whether data entries follow the one that heads the item. */
export function isVariableLength(code: number): boolean {
  return code === TYPE_STRING || code === TYPE_BLOB_V1 || code === TYPE_BLOB_DATA;
}

/** The ROM's CRC-32 over `parts`: zlib's, started at all ones. */
export function crc32(...parts: readonly Uint8Array[]): number {
  // zlib takes an empty buffer without memory behind it as the request for its own start value, which is another.
  return parts.reduce((crc, part) => (part.length === 0 ? crc : zlibCrc32(part, crc)), 0xffffffff) >>> 0;
}

const PAGE_STATES: readonly (readonly [PageState, number])[] = [
  ['blank', 0xffffffff],
  ['active', 0xfffffffe],
  ['full', 0xfffffffc],
  ['freeing', 0xfffffff8],
];
const STATE_WORDS = new Map(PAGE_STATES);
const WORD_STATES = new Map(PAGE_STATES.map(([state, word]) => [word, state]));

export interface PageHeader {
  readonly state: PageState;
  readonly sequence: number;
  /** The version byte counts down: FF is version 1, FE version 2, anything lower is newer than this module. */
  readonly versionByte: number;
}

/** The header of a page, `state` corrupt where it does not hold together. A page that says blank must be blank throughout. */
export function readPageHeader(page: Buffer): PageHeader {
  const state = WORD_STATES.get(page.readUInt32LE(0)) ?? 'corrupt';
  const sequence = page.readUInt32LE(4);
  const versionByte = page.readUInt8(8);
  if (state === 'blank') return { state: isBlank(page) ? 'blank' : 'corrupt', sequence, versionByte };
  const isWhole = page.readUInt32LE(28) === crc32(page.subarray(4, 28));
  return { state: isWhole ? state : 'corrupt', sequence, versionByte };
}

export function writePageHeader(page: Buffer, state: PageState, sequence: number, version: 1 | 2): void {
  page.writeUInt32LE(STATE_WORDS.get(state) ?? 0, 0);
  page.writeUInt32LE(sequence, 4);
  page.writeUInt8(0x100 - version, 8);
  page.fill(0xff, 9, 28);
  page.writeUInt32LE(crc32(page.subarray(4, 28)), 28);
}

const BLANK_PAGE = Buffer.alloc(PAGE_SIZE, 0xff);

/** `bytes`: a page at most. */
export function isBlank(bytes: Uint8Array): boolean {
  return BLANK_PAGE.subarray(0, bytes.length).equals(bytes);
}

/** Two bits for each entry, lowest first. `illegal`: a pattern that no write leaves. */
export type EntryState = 'empty' | 'written' | 'erased' | 'illegal';
const ENTRY_STATES: readonly EntryState[] = ['erased', 'illegal', 'written', 'empty'];

export function readEntryStates(page: Buffer): EntryState[] {
  return Array.from({ length: ENTRIES_PER_PAGE }, (_, entry) => {
    const bits = (page.readUInt8(TABLE_AT + (entry >> 2)) >> ((entry & 3) * 2)) & 3;
    return ENTRY_STATES[bits] ?? 'illegal';
  });
}

/** Marks an empty entry as written. */
export function markWritten(page: Buffer, entry: number): void {
  const at = TABLE_AT + (entry >> 2);
  page.writeUInt8(page.readUInt8(at) & ~(1 << ((entry & 3) * 2)), at);
}

/** The bytes of `count` entries. Shares memory with `page`. */
export function entriesOf(page: Buffer, entry: number, count = 1): Buffer {
  const at = ENTRIES_AT + entry * ENTRY_SIZE;
  return page.subarray(at, at + count * ENTRY_SIZE);
}

/** How many entries `bytes` of variable length take, the one that heads them included. */
export function spanOf(bytes: number): number {
  return 1 + Math.ceil(bytes / ENTRY_SIZE);
}

export interface EntryHeader {
  readonly namespaceIndex: number;
  readonly typeCode: number;
  readonly span: number;
  readonly chunk: number;
  readonly key: string;
  /** The last eight bytes, whose meaning is the type's. */
  readonly payload: Buffer;
}

export function isEntryWhole(entry: Buffer): boolean {
  return entry.readUInt32LE(4) === crc32(entry.subarray(0, 4), entry.subarray(8, 32));
}

export function readEntryHeader(entry: Buffer): EntryHeader {
  const key = entry.subarray(8, 8 + KEY_MAX);
  const end = key.indexOf(0);
  return {
    namespaceIndex: entry.readUInt8(0),
    typeCode: entry.readUInt8(1),
    span: entry.readUInt8(2),
    chunk: entry.readUInt8(3),
    key: key.toString('latin1', 0, end < 0 ? KEY_MAX : end),
    payload: entry.subarray(24, 32),
  };
}

export function writeEntryHeader(header: EntryHeader): Buffer {
  const entry = Buffer.alloc(ENTRY_SIZE);
  entry.writeUInt8(header.namespaceIndex, 0);
  entry.writeUInt8(header.typeCode, 1);
  entry.writeUInt8(header.span, 2);
  entry.writeUInt8(header.chunk, 3);
  entry.write(header.key, 8, KEY_MAX, 'latin1');
  header.payload.copy(entry, 24);
  entry.writeUInt32LE(crc32(entry.subarray(0, 4), entry.subarray(8, 32)), 4);
  return entry;
}
