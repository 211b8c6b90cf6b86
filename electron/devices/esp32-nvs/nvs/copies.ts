/**
 * Every whole copy of every value in a partition, and the pages that it takes. A write that was cut off leaves values twice; which of
 * them counts is told here: the newest. Source: ESP-IDF, nvs_flash (a value is written anew before the old one is erased).
 * Must not: count a copy of which a piece is missing or damaged.
 */
import { createBlobs } from './blobs.ts';
import type { LiveItem } from './boot-page.ts';
import { TYPE_BLOB_DATA, TYPE_BLOB_INDEX, TYPE_CODES } from './layout.ts';
import { singleValue } from './read-nvs.ts';
import type { NvsValue } from './types.ts';

/** Of a blob's two ranges of piece numbers, the start. A rewrite takes the other one than the copy that it replaces. */
export type ChunkStart = 0 | 0x80;

/** A piece of a blob on a page; `page` is its sector. */
export interface Piece {
  readonly blob: string;
  readonly start: ChunkStart;
  readonly page: number;
}

export interface Copy {
  /** Of the value, not of the copy: namespace, key and type. */
  readonly id: string;
  readonly namespaceIndex: number;
  readonly key: string;
  readonly value: NvsValue;
  readonly pages: ReadonlySet<number>;
  /** Of a blob. */
  readonly start?: ChunkStart;
  readonly pieces: readonly Piece[];
}

export interface Copies {
  /** Oldest first. */
  readonly all: readonly Copy[];
  /** One for each value, in the order of the first copies: the newest. */
  readonly newest: readonly Copy[];
  /** All pieces of blobs, those included that belong to no whole copy. */
  readonly pieces: readonly Piece[];
  /** Sectors with an index of a blob that is not whole, or with a piece of none. */
  readonly loose: ReadonlySet<number>;
}

/** `stored`: what is whole on each page, oldest page first. */
export function copiesOf(stored: readonly LiveItem[]): Copies {
  const blobs = createBlobs(stored, []);
  const pieces = new Map<LiveItem, Piece>();
  for (const item of stored) if (item.typeCode === TYPE_BLOB_DATA) pieces.set(item, pieceOf(item));
  const loose = new Set<number>();
  const all = stored.flatMap((item): Copy[] => {
    const { namespaceIndex, key, typeCode, sector } = item;
    if (typeCode === TYPE_BLOB_DATA) return [];
    const id = idOf(item);
    if (typeCode !== TYPE_BLOB_INDEX) {
      const pages = new Set([sector]);
      return [{ id, namespaceIndex, key, value: singleValue(item), pages, pieces: [] }];
    }
    const value = blobs.read(item);
    const own = blobs.piecesOf(item);
    if (value === undefined) {
      loose.add(sector);
      return [];
    }
    return [
      {
        id,
        namespaceIndex,
        key,
        value,
        pages: new Set([sector, ...own.map((piece) => piece.sector)]),
        start: startOf(item.payload.readUInt8(5)),
        pieces: own.flatMap((piece) => pieces.get(piece) ?? []),
      },
    ];
  });
  const newest = new Map<string, Copy>();
  for (const copy of all) newest.set(copy.id, copy);
  const whole = new Set(all.flatMap((copy) => copy.pieces));
  for (const piece of pieces.values()) if (!whole.has(piece)) loose.add(piece.page);
  return { all, newest: [...newest.values()], pieces: [...pieces.values()], loose };
}

export function blobKey(namespaceIndex: number, key: string): string {
  return JSON.stringify([namespaceIndex, key]);
}

/** A namespace that stands there under two numbers is two. */
function idOf({ namespaceIndex, key, typeCode, payload }: LiveItem): string {
  const isNamespace = namespaceIndex === 0 && typeCode === TYPE_CODES.u8;
  return JSON.stringify([namespaceIndex, key, typeCode, ...(isNamespace ? [payload.readUInt8(0)] : [])]);
}

function pieceOf({ namespaceIndex, key, chunk, sector }: LiveItem): Piece {
  return { blob: blobKey(namespaceIndex, key), start: startOf(chunk), page: sector };
}

function startOf(chunk: number): ChunkStart {
  return chunk < 0x80 ? 0 : 0x80;
}
