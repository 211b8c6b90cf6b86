/**
 * What non-volatile storage (NVS) holds, as values: types, entries, namespaces, and what a reading found.
 * Must not: know bytes of pages; that is `layout.ts`.
 */
import { TextDecoder } from 'node:util';

export const INTEGER_TYPES = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64'] as const;
export type IntegerType = (typeof INTEGER_TYPES)[number];

/** The namespace that the station writes. Its values are never shown. */
export const OWN_NAMESPACE = 'keybench';

export interface IntegerValue {
  readonly type: IntegerType;
  readonly value: bigint;
}

/** `string`: UTF-8 with its closing NUL, as it lies in flash. `blob`: any bytes. `blob-v1`: a blob of NVS version 1. */
export interface BytesValue {
  readonly type: 'string' | 'blob' | 'blob-v1';
  readonly data: Uint8Array;
}

/** A one-entry type that this module does not interpret (such as float); its eight bytes are carried as they are. */
export interface OtherValue {
  readonly type: 'other';
  readonly code: number;
  readonly data: Uint8Array;
}

export type NvsValue = IntegerValue | BytesValue | OtherValue;

export interface NvsEntry {
  /** 1 to 15 characters; bytes outside ASCII, which only foreign firmware writes, stand for themselves (Latin-1). */
  readonly key: string;
  readonly value: NvsValue;
}

/** Entries in the order in which they are to lie in flash. */
export interface NvsNamespace {
  readonly name: string;
  readonly entries: readonly NvsEntry[];
}

export interface NvsItem extends NvsEntry {
  readonly namespaceIndex: number;
  /** Undefined where no namespace entry names the index: no application can reach the item. */
  readonly namespace: string | undefined;
}

export type PageState = 'blank' | 'active' | 'full' | 'freeing' | 'corrupt';

export interface PageInfo {
  /** Number of the 4,096-byte sector in the partition, from 0. */
  readonly sector: number;
  readonly state: PageState;
  readonly sequence?: number;
  /** Format version; absent where the header tells none. */
  readonly version?: 1 | 2;
  /** Entries of 126 by the page's own state table. */
  readonly written: number;
  readonly erased: number;
}

export type FindingCode =
  | 'page-corrupt'
  | 'page-newer-version'
  | 'entry-half-written'
  | 'entry-bad-crc'
  | 'entry-bad-shape'
  | 'item-torn'
  | 'older-copy'
  | 'move-repeated'
  | 'chunk-without-index'
  | 'blob-incomplete'
  | 'data-bad-crc'
  | 'namespace-unnamed'
  | 'no-free-page';

/** Something that a boot would ignore or repair, and where it lies. Never a value. */
export interface Finding {
  readonly code: FindingCode;
  readonly sector?: number;
  readonly entry?: number;
  readonly key?: string;
}

/** Why nothing of an image can be trusted; writing over it would destroy what it may hold. */
export type Unreadable = 'bad-size' | 'not-nvs' | 'newer-version' | 'encrypted-or-damaged';

export interface NvsImage {
  /** Bytes. */
  readonly size: number;
  /** By sector. */
  readonly pages: readonly PageInfo[];
  /** In the order of their entries; a name can stand twice, the first is the one that applications reach. */
  readonly namespaces: readonly { readonly name: string; readonly index: number }[];
  /** In the order in which they lie in flash, oldest page first. Empty where `unreadable` is set. */
  readonly items: readonly NvsItem[];
  readonly findings: readonly Finding[];
  readonly unreadable?: Unreadable;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string value: its UTF-8 and the closing NUL. */
export function stringValue(text: string): BytesValue {
  return { type: 'string', data: encoder.encode(`${text}\0`) };
}

export function blobValue(data: Uint8Array): BytesValue {
  return { type: 'blob', data };
}

export function integerValue(type: IntegerType, value: bigint | number): IntegerValue {
  return { type, value: BigInt(value) };
}

export function isInteger(value: NvsValue): value is IntegerValue {
  return (INTEGER_TYPES as readonly string[]).includes(value.type);
}

/** The text of a string; undefined for other types and for what is not UTF-8 with exactly one NUL, at its end. */
export function textOf(value: NvsValue): string | undefined {
  if (value.type !== 'string' || value.data.indexOf(0) !== value.data.length - 1) return undefined;
  try {
    return decoder.decode(value.data.subarray(0, -1));
  } catch {
    return undefined;
  }
}

export function isSameValue(a: NvsValue, b: NvsValue): boolean {
  if (isInteger(a) || isInteger(b))
    return isInteger(a) && a.type === b.type && isInteger(b) && a.value === b.value;
  if (a.type === 'other' && b.type === 'other' && a.code !== b.code) return false;
  return a.type === b.type && Buffer.compare(a.data, b.data) === 0;
}
