/**
 * How an emulated unit keeps its record: two slots and a stage. A commit is one sealed page in the slot that does not
 * hold the current record, so that a power cut leaves the old record or the new one. Source: device protocol, rules.
 * Must not: believe a page whose seal does not match; that is what a power cut leaves behind.
 */
import { createHash } from 'node:crypto';
import { decode, encode } from 'cborg';
import type { Flash } from './flash.ts';

export interface StoredRecord {
  readonly tx: string;
  readonly bytes: Uint8Array;
}

export interface Stage {
  readonly tx: string;
  readonly length: number;
  readonly digest: string;
  /** What has arrived so far, from the start. */
  readonly bytes: Uint8Array;
}

interface Generation {
  readonly number: number;
  readonly tx: string;
  /** Undefined: the record was erased. */
  readonly bytes?: Uint8Array;
}

const SLOTS = ['record-a', 'record-b'] as const;
const STAGE = 'stage';
const LOCK = 'lock';

export class RecordStore {
  readonly #flash: Flash;

  constructor({ flash }: { flash: Flash }) {
    this.#flash = flash;
  }

  /** The committed record as the flash holds it now. */
  get record(): StoredRecord | undefined {
    const newest = this.#newest()?.generation;
    return newest?.bytes === undefined ? undefined : { tx: newest.tx, bytes: newest.bytes };
  }

  get stage(): Stage | undefined {
    const head = this.#unsealed<{ tx: string; length: number; digest: string }>(STAGE);
    if (head === undefined || head.tx === this.record?.tx) return undefined;
    const parts: Uint8Array[] = [];
    for (let at = 0; at < head.length; ) {
      const part = this.#unsealed<{ bytes: Uint8Array }>(stagePage(at))?.bytes;
      if (part === undefined || part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    return { ...head, bytes: Buffer.concat(parts) };
  }

  get isLocked(): boolean {
    return this.#unsealed<{ locked: boolean }>(LOCK)?.locked ?? false;
  }

  begin(tx: string, length: number, digest: string): void {
    this.dropStage();
    this.#write(STAGE, { tx, length, digest });
  }

  put(offset: number, bytes: Uint8Array): void {
    this.#write(stagePage(offset), { bytes });
  }

  dropStage(): void {
    for (const page of this.#flash.pages) if (page.startsWith(STAGE)) this.#flash.erase(page);
  }

  commit({ tx, bytes }: Stage): void {
    this.#writeGeneration({ tx, bytes });
    this.dropStage();
  }

  erase(): void {
    this.dropStage();
    if (this.record !== undefined) this.#writeGeneration({ tx: '' });
  }

  lock(): void {
    if (!this.isLocked) this.#write(LOCK, { locked: true });
  }

  #newest(): { slot: string; generation: Generation } | undefined {
    let newest: { slot: string; generation: Generation } | undefined;
    for (const slot of SLOTS) {
      const generation = this.#unsealed<Generation>(slot);
      if (generation !== undefined && generation.number > (newest?.generation.number ?? 0)) {
        newest = { slot, generation };
      }
    }
    return newest;
  }

  #writeGeneration(content: Omit<Generation, 'number'>): void {
    const newest = this.#newest();
    const slot = newest?.slot === SLOTS[0] ? SLOTS[1] : SLOTS[0];
    this.#write(slot, { number: (newest?.generation.number ?? 0) + 1, ...content });
  }

  #write(page: string, content: object): void {
    const bytes = encode(content);
    this.#flash.write(page, Buffer.concat([seal(bytes), bytes]));
  }

  #unsealed<T>(page: string): T | undefined {
    const stored = this.#flash.read(page);
    if (stored === undefined || stored.length < 9) return undefined;
    const bytes = Uint8Array.from(stored.subarray(8));
    return seal(bytes).equals(stored.subarray(0, 8)) ? (decode(bytes) as T) : undefined;
  }
}

function stagePage(offset: number): string {
  return `${STAGE}-${offset}`;
}

function seal(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, 8);
}
