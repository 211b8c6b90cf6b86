/**
 * ESP-IDF's NVS library as far as a boot and a write of an application go: the order of the pages, the last write and the last page
 * move brought to their end, the page that must be free, blob indexes that do not add up, and pieces of blobs without an
 * index. A model after the library's documentation and behaviour.
 */
import { crc32 } from '../../../electron/devices/esp32-nvs/nvs/layout.ts';
import {
  BLOB,
  BLOB_DATA,
  BLOB_INDEX,
  ENTRIES,
  entry,
  isVariable,
  type LibraryItem,
  type LibraryPage,
  pagesOf,
  STRING,
  variable,
  type Wanted,
} from './library-page.ts';

export type LibraryValue = { readonly type: number; readonly data: Buffer };

interface Hit {
  readonly page: LibraryPage;
  readonly item: LibraryItem;
}

export class NoFreePages extends Error {}

export class Library {
  readonly image: Buffer;
  readonly #list: LibraryPage[];
  readonly #free: LibraryPage[];
  #sequence: number;

  /** Boots on `image`, which it changes. Throws NoFreePages. */
  constructor(image: Buffer) {
    this.image = image;
    const pages = pagesOf(image);
    this.#free = pages.filter(({ isFree }) => isFree);
    this.#list = pages.filter(({ isFree }) => !isFree).sort((a, b) => a.sequence - b.sequence);
    this.#sequence = (this.#list.at(-1)?.sequence ?? -1) + 1;
    if (this.#list.length === 0) this.#activate();
    else {
      this.#dropReplaced();
      this.#finishMove();
      if (this.#free.length === 0) throw new NoFreePages();
    }
    this.#dropMismatched();
  }

  namespaceOf(name: string): number | undefined {
    return this.#find({ namespace: 0, type: 0x01, key: name })?.item.data[0];
  }

  /** As nvs_get_*: the first that is met, oldest page first. Undefined: not found, or damaged. */
  get(namespace: number, key: string, type: number): LibraryValue | undefined {
    if (type !== BLOB_INDEX) {
      const hit = this.#find({ namespace, key, type });
      if (hit === undefined) return undefined;
      if (!isVariable(type)) return { type, data: Buffer.from(hit.item.data) };
      const data = wholeBody(hit);
      return data && { type, data };
    }
    const index = this.#find({ namespace, key, type: BLOB_INDEX })?.item;
    if (index === undefined) return undefined;
    const pieces = Array.from({ length: index.data[4]! }, (_, nth) => {
      const hit = this.#find({ namespace, key, type: BLOB_DATA, chunk: index.data[5]! + nth });
      return hit && wholeBody(hit);
    });
    const data = Buffer.concat(pieces.map((piece) => piece ?? Buffer.alloc(0)));
    return data.length === index.data.readUInt32LE(0) ? { type, data } : undefined;
  }

  /** As nvs_set_u32. */
  setU32(namespace: number, key: string, value: number): void {
    const data = Buffer.alloc(8, 0xff);
    data.writeUInt32LE(value);
    const old = this.#find({ namespace, key });
    this.#append(entry(namespace, 0x04, 1, 0xff, key, data));
    if (old !== undefined) this.#eraseAgain(old);
  }

  /** As nvs_set_str. */
  setText(namespace: number, key: string, text: string): void {
    const old = this.#find({ namespace, key });
    this.#append(variable(namespace, STRING, 0xff, key, Buffer.from(`${text}\0`)));
    if (old !== undefined) this.#eraseAgain(old);
  }

  /** As nvs_set_blob, for blobs that fit a page. */
  setBlob(namespace: number, key: string, bytes: Buffer): void {
    const old = this.#find({ namespace, key, type: BLOB_INDEX });
    const start = old?.item.data[5] === 0 ? 0x80 : 0;
    this.#append(variable(namespace, BLOB_DATA, start, key, bytes));
    const data = Buffer.alloc(8, 0xff);
    data.writeUInt32LE(bytes.length);
    data[4] = 1;
    data[5] = start;
    this.#append(entry(namespace, BLOB_INDEX, 1, 0xff, key, data));
    if (old === undefined) return;
    const index = this.#find({ namespace, key, type: BLOB_INDEX, start: start === 0 ? 0x80 : 0 });
    if (index !== undefined) index.page.erase(index.item);
    this.#drop(({ type, namespace: ns, key: name, chunk }) => {
      return type === BLOB_DATA && ns === namespace && name === key && chunk >= 0x80 !== start >= 0x80;
    });
  }

  #find(wanted: Wanted): Hit | undefined {
    for (const page of this.#list) {
      const item = page.find(wanted);
      if (item !== undefined) return { page, item };
    }
    return undefined;
  }

  #eraseAgain({ page, item }: Hit): void {
    const { namespace, key, type } = item;
    // The page may have been freed meanwhile, and its items moved.
    const now =
      page.find({ namespace, key, type }) === undefined
        ? this.#find({ namespace, key, type })
        : { page, item };
    now?.page.erase({ ...now.item, span: isVariable(type) ? now.item.span : 1 });
  }

  #append(entries: Buffer): void {
    const page = this.#list.at(-1)!;
    if (page.next + entries.length / 32 <= ENTRIES) return page.append(entries);
    if (page.state !== 'full') page.mark('full');
    this.#requestPage();
    const fresh = this.#list.at(-1)!;
    if (fresh.next + entries.length / 32 > ENTRIES) throw new Error('not enough space');
    fresh.append(entries);
  }

  #requestPage(): void {
    if (this.#free.length >= 2) return this.#activate();
    const most = this.#list.reduce((best, page) => (page.used < best.used ? page : best));
    if (most.used === ENTRIES) throw new Error('not enough space');
    most.mark('freeing');
    this.#activate();
    this.#move(most);
  }

  #activate(): void {
    const page = this.#free.shift()!;
    page.begin(this.#sequence);
    this.#sequence += 1;
    this.#list.push(page);
  }

  #move(from: LibraryPage): void {
    for (const item of from.items()) {
      const span = isVariable(item.type) ? item.span : 1;
      this.#list
        .at(-1)!
        .append(Buffer.from(from.bytes.subarray(64 + item.at * 32, 64 + (item.at + span) * 32)));
    }
    from.clear();
    this.#list.splice(this.#list.indexOf(from), 1);
    this.#free.push(from);
  }

  /** The very last item may have replaced one on an earlier page. */
  #dropReplaced(): void {
    const last = this.#list.at(-1)?.items().at(-1);
    if (last === undefined) return;
    const { namespace, key, chunk } = last;
    const erase = (type: number) =>
      this.#list.slice(0, -1).some((page) => {
        const older = page.state === 'freeing' ? undefined : page.find({ namespace, key, type, chunk });
        if (older !== undefined) page.erase({ ...older, span: isVariable(type) ? older.span : 1 });
        return older !== undefined;
      });
    if (!erase(last.type) && last.type === BLOB_INDEX) erase(BLOB);
  }

  #finishMove(): void {
    const from = this.#list.find(({ state }) => state === 'freeing');
    if (from === undefined) return;
    const newest = this.#list.at(-1)!;
    if (newest.state === 'active') {
      newest.clear();
      this.#list.pop();
      this.#free.push(newest);
    }
    this.#activate();
    this.#move(from);
  }

  /** Indexes whose pieces do not add up, then pieces that no index names. */
  #dropMismatched(): void {
    const all = () => this.#list.flatMap((page) => page.items().map((item) => ({ page, item })));
    const indexes = all().filter(({ item }) => item.type === BLOB_INDEX);
    const seen = indexes.map(() => ({ bytes: 0, count: 0 }));
    const isOf = (index: LibraryItem, piece: LibraryItem, end: number) =>
      index.namespace === piece.namespace &&
      index.key === piece.key &&
      piece.chunk >= index.data[5]! &&
      piece.chunk < end;
    for (const { item } of all()) {
      if (item.type !== BLOB_DATA) continue;
      // Of two indexes the first takes the piece.
      const at = indexes.findIndex((index) => isOf(index.item, item, index.item.data[5] === 0 ? 0x80 : 0xff));
      if (at < 0) continue;
      seen[at]!.bytes += item.data.readUInt16LE(0);
      seen[at]!.count += 1;
    }
    const good = indexes.filter(({ item }, at) => {
      const isGood = seen[at]!.bytes === item.data.readUInt32LE(0) && seen[at]!.count === item.data[4];
      if (isGood) return true;
      const { namespace, key } = item;
      const hit = this.#find({ namespace, key, type: BLOB_INDEX, start: item.data[5]! });
      hit?.page.erase({ ...hit.item, span: 1 });
      return false;
    });
    this.#drop(
      (piece) =>
        piece.type === BLOB_DATA &&
        !good.some(({ item }) => isOf(item, piece, item.data[5]! + item.data[4]!)),
    );
  }

  #drop(isDropped: (item: LibraryItem) => boolean): void {
    for (const page of this.#list) for (const item of page.items()) if (isDropped(item)) page.erase(item);
  }
}

function wholeBody({ page, item }: Hit): Buffer | undefined {
  const data = page.body(item).subarray(0, item.data.readUInt16LE(0));
  return item.data.readUInt32LE(4) === crc32(data) ? Buffer.from(data) : undefined;
}
