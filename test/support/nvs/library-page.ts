/**
 * One page as ESP-IDF's NVS library has it at run time: loading with its repairs, looking up, appending and erasing, on the bytes of
 * the page. A model after the library's documentation and behaviour, held apart from the codec's own reader.
 */
import { crc32, PAGE_SIZE } from '../../../electron/devices/esp32-nvs/nvs/layout.ts';

export const ENTRIES = 126;
export const STRING = 0x21;
export const BLOB = 0x41;
export const BLOB_DATA = 0x42;
export const BLOB_INDEX = 0x48;
const [ACTIVE, FULL, FREEING, BLANK] = [0xffff_fffe, 0xffff_fffc, 0xffff_fff8, 0xffff_ffff];
const [ERASED, WRITTEN, EMPTY] = [0, 2, 3];

export interface LibraryItem {
  readonly at: number;
  readonly namespace: number;
  readonly type: number;
  readonly span: number;
  readonly chunk: number;
  readonly key: string;
  /** Its last eight bytes. */
  readonly data: Buffer;
}

/** What is looked for; what is left out fits anything. */
export type Wanted = Partial<Pick<LibraryItem, 'namespace' | 'type' | 'chunk' | 'key'>> & {
  readonly start?: number;
};

export const isVariable = (type: number) => [STRING, BLOB, BLOB_DATA].includes(type);

export class LibraryPage {
  readonly bytes: Buffer;
  state: 'blank' | 'active' | 'full' | 'freeing' | 'corrupt' = 'corrupt';

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const word = bytes.readUInt32LE(0);
    if (word === BLANK) {
      this.state = bytes.every((byte) => byte === 0xff) ? 'blank' : 'corrupt';
      return;
    }
    if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(4, 28))) return;
    this.state =
      word === ACTIVE ? 'active' : word === FULL ? 'full' : word === FREEING ? 'freeing' : 'corrupt';
    if (this.state !== 'corrupt') this.#repair();
  }

  get isFree(): boolean {
    return this.state === 'blank' || this.state === 'corrupt';
  }

  get sequence(): number {
    return this.bytes.readUInt32LE(4);
  }

  get used(): number {
    return Array.from({ length: ENTRIES }, (_, at) => this.#stateOf(at)).filter((one) => one === WRITTEN)
      .length;
  }

  /** The first entry that nothing was written to; a page that is not active takes nothing. */
  get next(): number {
    if (this.state !== 'active') return ENTRIES;
    const at = Array.from({ length: ENTRIES }, (_, entry) => this.#stateOf(entry)).indexOf(EMPTY);
    return at < 0 ? ENTRIES : at;
  }

  items(): LibraryItem[] {
    const found: LibraryItem[] = [];
    for (let at = 0; at < ENTRIES; ) {
      const item = this.#stateOf(at) === WRITTEN ? this.#whole(at) : undefined;
      if (item !== undefined) found.push(item);
      at += item !== undefined && isVariable(item.type) ? item.span : 1;
    }
    return found;
  }

  find({ namespace, type, chunk, key, start }: Wanted): LibraryItem | undefined {
    return this.items().find(
      (item) =>
        (namespace === undefined || item.namespace === namespace) &&
        (type === undefined || item.type === type) &&
        (key === undefined || item.key === key) &&
        (chunk === undefined || item.chunk === chunk) &&
        (start === undefined || item.data[5] === start),
    );
  }

  body({ at, span }: LibraryItem): Buffer {
    return this.bytes.subarray(64 + (at + 1) * 32, 64 + (at + span) * 32);
  }

  erase({ at, span }: Pick<LibraryItem, 'at' | 'span'>): void {
    for (let entry = at; entry < at + span; entry += 1) this.#setState(entry, ERASED);
  }

  begin(sequence: number): void {
    this.bytes.fill(0xff);
    this.bytes.writeUInt32LE(ACTIVE, 0);
    this.bytes.writeUInt32LE(sequence, 4);
    this.bytes.writeUInt8(0xfe, 8);
    this.bytes.writeUInt32LE(crc32(this.bytes.subarray(4, 28)), 28);
    this.state = 'active';
  }

  mark(state: 'full' | 'freeing'): void {
    this.bytes.writeUInt32LE(state === 'full' ? FULL : FREEING, 0);
    this.state = state;
  }

  clear(): void {
    this.bytes.fill(0xff);
    this.state = 'blank';
  }

  /** Appends the head with its body, which must fit. */
  append(entries: Buffer): void {
    const at = this.next;
    entries.copy(this.bytes, 64 + at * 32);
    for (let entry = at; entry < at + entries.length / 32; entry += 1) this.#setState(entry, WRITTEN);
  }

  /** What a load mends: half-written entries, broken ones, torn spans, and of two of one place the older. */
  #repair(): void {
    let end = ENTRIES;
    if (this.state === 'active') {
      end = this.next;
      while (end < ENTRIES && this.bytes.readUInt32LE(64 + end * 32) !== BLANK) {
        this.#setState(end, ERASED);
        end += 1;
      }
    }
    const seen = new Map<string, LibraryItem>();
    for (let at = 0; at < end; ) {
      const state = this.#stateOf(at);
      const item = state === WRITTEN ? this.#whole(at) : undefined;
      if (item === undefined) {
        if (state === WRITTEN || state === 1) this.erase({ at, span: 1 });
        at += 1;
        continue;
      }
      const span = isVariable(item.type) ? item.span : 1;
      const isTorn = Array.from({ length: span }, (_, index) => this.#stateOf(at + index)).some(
        (one) => one !== WRITTEN,
      );
      if (isTorn) this.erase({ at, span });
      else if (this.state === 'active') {
        const place = JSON.stringify([item.namespace, item.key, item.chunk]);
        const older = seen.get(place);
        if (older !== undefined) this.erase(older);
        seen.set(place, item);
      }
      at += span;
    }
  }

  #whole(at: number): LibraryItem | undefined {
    const entry = this.bytes.subarray(64 + at * 32, 96 + at * 32);
    if (entry.readUInt32LE(4) !== crc32(entry.subarray(0, 4), entry.subarray(8))) return undefined;
    const key = entry.toString('latin1', 8, 24).split('\0')[0]!;
    const [namespace, type, span, chunk] = [entry[0]!, entry[1]!, entry[2]!, entry[3]!];
    return { at, namespace, type, span, chunk, key, data: entry.subarray(24) };
  }

  #stateOf(entry: number): number {
    return (this.bytes.readUInt8(32 + (entry >> 2)) >> ((entry & 3) * 2)) & 3;
  }

  /** Flash clears bits and sets none. */
  #setState(entry: number, state: number): void {
    if (entry >= ENTRIES) return;
    const at = 32 + (entry >> 2);
    const shift = (entry & 3) * 2;
    this.bytes.writeUInt8(this.bytes.readUInt8(at) & ~((3 & ~state) << shift), at);
  }
}

export const pagesOf = (image: Buffer) =>
  Array.from(
    { length: image.length / PAGE_SIZE },
    (_, sector) => new LibraryPage(image.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE)),
  );

export function variable(namespace: number, type: number, chunk: number, key: string, bytes: Buffer): Buffer {
  const body = Buffer.alloc(Math.ceil(bytes.length / 32) * 32, 0xff);
  bytes.copy(body);
  const data = Buffer.alloc(8, 0xff);
  data.writeUInt16LE(bytes.length);
  data.writeUInt32LE(crc32(bytes), 4);
  return Buffer.concat([entry(namespace, type, 1 + body.length / 32, chunk, key, data), body]);
}

export function entry(
  namespace: number,
  type: number,
  span: number,
  chunk: number,
  key: string,
  data: Buffer,
): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.set([namespace, type, span, chunk]);
  bytes.write(key, 8, 15, 'latin1');
  data.copy(bytes, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 4), bytes.subarray(8)), 4);
  return bytes;
}
