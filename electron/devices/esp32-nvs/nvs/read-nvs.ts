/**
 * Reads an image of an NVS partition as an application would find it after a boot: namespaces, items with their values, and
 * what the boot would ignore or repair. Must not: throw on any bytes, or guess at what it cannot read.
 */

import { bootPartition } from './boot.ts';
import { bytesOf, type LiveItem } from './boot-page.ts';
import {
  integerTypeOf,
  isVariableLength,
  PAGE_SIZE,
  TYPE_BLOB_DATA,
  TYPE_BLOB_INDEX,
  TYPE_BLOB_V1,
  TYPE_CODES,
} from './layout.ts';
import type { Finding, IntegerType, NvsEntry, NvsImage, NvsItem, NvsValue } from './types.ts';

/** `image`: a whole partition. Its items share memory with it. */
export function readNvs(image: Uint8Array): NvsImage {
  const size = image.length;
  const bytes = Buffer.from(image.buffer, image.byteOffset, size);
  if (size === 0 || size % PAGE_SIZE !== 0) {
    return { size, pages: [], namespaces: [], items: [], findings: [], unreadable: 'bad-size' };
  }
  const { pages, live, findings: repairs, unreadable } = bootPartition(bytes);
  const findings = [...repairs];
  if (unreadable !== undefined) return { size, pages, namespaces: [], items: [], findings, unreadable };
  const namespaces = live
    .filter(isNamespaceEntry)
    .map(({ key, payload }) => ({ name: key, index: payload.readUInt8(0) }));
  const names = new Map<number, string>();
  for (const { name, index } of namespaces) if (!names.has(index)) names.set(index, name);
  const items: NvsItem[] = [];
  for (const { item, value } of valuesOf(live, findings)) {
    const namespace = names.get(item.namespaceIndex);
    if (namespace === undefined) {
      findings.push({ code: 'namespace-unnamed', sector: item.sector, entry: item.entry, key: item.key });
    }
    items.push({ namespaceIndex: item.namespaceIndex, namespace, key: item.key, value });
  }
  return { size, pages, namespaces, items, findings };
}

/** Namespace 0 holds the namespaces: key = name, value = index. */
function isNamespaceEntry({ namespaceIndex, typeCode }: LiveItem): boolean {
  return namespaceIndex === 0 && typeCode === TYPE_CODES.u8;
}

interface Valued {
  readonly item: LiveItem;
  readonly value: NvsValue;
}

function valuesOf(live: readonly LiveItem[], findings: Finding[]): Valued[] {
  const blobs = createBlobs(live, findings);
  const seen = new Set<string>();
  const valued: Valued[] = [];
  for (const item of live) {
    if (item.namespaceIndex === 0 || item.typeCode === TYPE_BLOB_DATA) continue;
    const { sector, entry, key } = item;
    const place = JSON.stringify([item.namespaceIndex, key, item.typeCode]);
    if (seen.has(place)) {
      // A look-up goes through the pages from the oldest and takes the first that it meets.
      findings.push({ code: 'older-copy', sector, entry, key });
      continue;
    }
    seen.add(place);
    const value = item.typeCode === TYPE_BLOB_INDEX ? blobs.read(item) : singleValue(item);
    if (value === undefined) findings.push({ code: 'blob-incomplete', sector, entry, key });
    else valued.push({ item, value });
  }
  blobs.reportOrphans();
  return valued;
}

function singleValue(item: LiveItem): NvsValue {
  const { typeCode, payload } = item;
  const integer = integerTypeOf(typeCode);
  if (integer !== undefined) return { type: integer, value: integerOf(integer, payload) };
  if (!isVariableLength(typeCode)) return { type: 'other', code: typeCode, data: payload };
  return { type: typeCode === TYPE_BLOB_V1 ? 'blob-v1' : 'string', data: bytesOf(item) };
}

function integerOf(type: IntegerType, payload: Buffer): bigint {
  const bits = Number(type.slice(1));
  const value = payload.readBigUInt64LE(0);
  return type.startsWith('i') ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

interface Blobs {
  /** The value that an index stands for; undefined where a piece is missing or damaged, or the lengths disagree. */
  readonly read: (index: LiveItem) => NvsValue | undefined;
  readonly reportOrphans: () => void;
}

/**
 * Blobs of version 2: pieces, numbered from 0 or from 128 so that a rewrite leaves the old ones be, and an index behind
 * them. Where a number is there twice, the pieces nearest before the index are its own; a page move may put them behind it.
 */
function createBlobs(live: readonly LiveItem[], findings: Finding[]): Blobs {
  const placeOf = (item: LiveItem, chunk: number) => JSON.stringify([item.namespaceIndex, item.key, chunk]);
  const order = new Map(live.map((item, at) => [item, at]));
  const at = (item: LiveItem) => order.get(item) ?? -1;
  const pieces = new Map<string, LiveItem[]>();
  for (const item of live) {
    if (item.typeCode !== TYPE_BLOB_DATA) continue;
    const place = placeOf(item, item.chunk);
    pieces.set(place, [...(pieces.get(place) ?? []), item]);
  }
  const claimed = new Set<LiveItem>();
  const pieceOf = (index: LiveItem, chunk: number): LiveItem | undefined => {
    const candidates = pieces.get(placeOf(index, chunk)) ?? [];
    return candidates.findLast((piece) => at(piece) < at(index)) ?? candidates[0];
  };
  return {
    read: (index) => {
      const size = index.payload.readUInt32LE(0);
      const [count, start] = [index.payload.readUInt8(4), index.payload.readUInt8(5)];
      const found = Array.from({ length: count }, (_, chunk) => pieceOf(index, start + chunk));
      const parts = found.filter((part) => part !== undefined);
      for (const part of parts) claimed.add(part);
      const data = Buffer.concat(parts.map(bytesOf));
      return parts.length === count && data.length === size ? { type: 'blob', data } : undefined;
    },
    reportOrphans: () => {
      for (const item of live) {
        if (item.typeCode !== TYPE_BLOB_DATA || claimed.has(item)) continue;
        const { sector, entry, key } = item;
        findings.push({ code: 'chunk-without-index', sector, entry, key });
      }
    },
  };
}

/** What an application finds under a namespace's name; undefined where there is no such namespace. */
export function entriesIn(image: NvsImage, name: string): NvsEntry[] | undefined {
  const index = image.namespaces.find((namespace) => namespace.name === name)?.index;
  if (index === undefined) return undefined;
  return image.items
    .filter(({ namespaceIndex }) => namespaceIndex === index)
    .map(({ key, value }) => ({ key, value }));
}
