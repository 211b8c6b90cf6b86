/**
 * Blobs of NVS version 2, put together out of their pieces. Source: ESP-IDF, nvs_flash, multi-page blobs.
 * Must not: take a blob for whole of which a piece is missing, or look into flash.
 */
import { bytesOf, type LiveItem } from './boot-page.ts';
import { TYPE_BLOB_DATA } from './layout.ts';
import type { Finding, NvsValue } from './types.ts';

export interface Blobs {
  /** The value that an index stands for; undefined where a piece is missing or damaged, or the lengths disagree. */
  readonly read: (index: LiveItem) => NvsValue | undefined;
  /** The pieces that `read` puts together. */
  readonly piecesOf: (index: LiveItem) => readonly LiveItem[];
  readonly reportOrphans: () => void;
}

/**
 * Blobs of version 2: pieces, numbered from 0 or from 128 so that a rewrite leaves the old ones be, and an index behind
 * them. Where a number is there twice, the pieces nearest before the index are its own; a page move may put them behind it.
 */
export function createBlobs(live: readonly LiveItem[], findings: Finding[]): Blobs {
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
  const piecesOf = (index: LiveItem): LiveItem[] => {
    const [count, start] = [index.payload.readUInt8(4), index.payload.readUInt8(5)];
    return Array.from({ length: count }, (_, chunk) => pieceOf(index, start + chunk)).filter(
      (piece) => piece !== undefined,
    );
  };
  return {
    piecesOf,
    read: (index) => {
      const parts = piecesOf(index);
      for (const part of parts) claimed.add(part);
      const data = Buffer.concat(parts.map(bytesOf));
      const isWhole =
        parts.length === index.payload.readUInt8(4) && data.length === index.payload.readUInt32LE(0);
      return isWhole ? { type: 'blob', data } : undefined;
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
