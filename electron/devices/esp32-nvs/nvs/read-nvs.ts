/**
 * Reads an image of an NVS partition as an application would find it after a boot: namespaces, items with their values, and
 * what the boot would ignore or repair. Must not: throw on any bytes, or guess at what it cannot read.
 */

import { createBlobs } from './blobs.ts';
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

/** The value of an item that is no blob of version 2. Shares memory with it. */
export function singleValue(item: LiveItem): NvsValue {
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

/** What an application finds under a namespace's name; undefined where there is no such namespace. */
export function entriesIn(image: NvsImage, name: string): NvsEntry[] | undefined {
  const index = image.namespaces.find((namespace) => namespace.name === name)?.index;
  if (index === undefined) return undefined;
  return image.items
    .filter(({ namespaceIndex }) => namespaceIndex === index)
    .map(({ key, value }) => ({ key, value }));
}
