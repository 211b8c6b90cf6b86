/**
 * What a reading of an NVS partition looks like, for people and for programs. Must not: show a value that the station may
 * have written; of those only the length.
 */
import {
  type Finding,
  type FindingCode,
  isInteger,
  type NvsImage,
  type NvsItem,
  OWN_NAMESPACE,
  textOf,
} from '../devices/esp32-nvs/nvs/types.ts';

/** Bytes of a blob that a person is shown. */
const BLOB_SHOWN = 32;
/** Keys of a record; the secret ones make it one that is not shown. */
const RECORD_NAMES = ['cid', 'kid', 'iid'];
const RECORD_SECRETS = ['key', 'pw'];

interface DumpedItem {
  readonly namespace: string | null;
  readonly namespaceIndex: number;
  readonly key: string;
  readonly type: string;
  /** Bytes, a string's closing NUL left out. */
  readonly length: number;
  /** Text, or a number; those of 64 bits as text. Absent where only the length is shown. */
  readonly value?: string | number;
  /** In place of `value` for what is no text. */
  readonly hex?: string;
}

/** One JSON object; its fields are described in `docs/nvs.md`. */
export function dumpJson(image: NvsImage): object {
  const { size, pages, namespaces, findings, unreadable } = image;
  const items = dumpedItems(image);
  return { size, ...(unreadable === undefined ? {} : { unreadable }), pages, namespaces, items, findings };
}

/** Lines, the last one ended. */
export function dumpText(image: NvsImage): string {
  const items = dumpedItems(image);
  const pages = image.pages.map(({ sector, state, sequence, version, written, erased }) =>
    sequence === undefined
      ? `page ${sector}  ${state}`
      : `page ${sector}  ${state}  sequence ${sequence}  version ${version ?? '?'}  ${written} written, ${erased} erased`,
  );
  const indices = [
    ...new Set([...image.namespaces.map(({ index }) => index), ...items.map((item) => item.namespaceIndex)]),
  ];
  const namespaces = indices.flatMap((index) => {
    const names = image.namespaces.filter((namespace) => namespace.index === index).map(({ name }) => name);
    const title = names.length === 0 ? 'without a name' : names.map(visible).join(' = ');
    const own = items.filter((item) => item.namespaceIndex === index);
    return [`namespace ${title} (${index})`, ...own.map(itemText)];
  });
  return `${[...pages, ...namespaces].join('\n')}\n`;
}

function itemText({ key, type, length, value, hex }: DumpedItem): string {
  const bytes = `${length} byte${length === 1 ? '' : 's'}`;
  const shown =
    hex !== undefined
      ? `${hex.slice(0, BLOB_SHOWN * 2)}${length > BLOB_SHOWN ? '…' : ''} (${bytes})`
      : value === undefined
        ? bytes
        : type === 'string'
          ? visible(JSON.stringify(value))
          : `${value}`;
  return `  ${visible(key).padEnd(15)}  ${type.padEnd(7)}  ${shown}`;
}

function dumpedItems({ items, namespaces }: NvsImage): DumpedItem[] {
  const own = new Set([
    ...namespaces.filter(({ name }) => name === OWN_NAMESPACE).map(({ index }) => index),
    ...recordIndices(items),
  ]);
  // An item without a namespace may be ours, whose name a cut write left behind.
  const isSecret = ({ namespace, namespaceIndex }: NvsItem) =>
    namespace === undefined || own.has(namespaceIndex);
  return items.map((item) => {
    const { namespace = null, namespaceIndex, key, value } = item;
    return {
      namespace,
      namespaceIndex,
      key,
      ...measured(value),
      ...(isSecret(item) ? {} : shownValue(value)),
    };
  });
}

/** An order can name another namespace for the record: it is told by its keys, also where one of them is missing. */
function recordIndices(items: NvsImage['items']): number[] {
  const has = (index: number, keys: readonly string[]) =>
    items.some(({ namespaceIndex, key }) => namespaceIndex === index && keys.includes(key));
  const indices = items.map(({ namespaceIndex }) => namespaceIndex);
  return indices.filter((index) => has(index, RECORD_NAMES) && has(index, RECORD_SECRETS));
}

function measured(value: NvsItem['value']): { readonly type: string; readonly length: number } {
  if (isInteger(value)) return { type: value.type, length: Number(value.type.slice(1)) / 8 };
  const length = value.data.length - (textOf(value) === undefined ? 0 : 1);
  return {
    type: value.type === 'other' ? `0x${value.code.toString(16).padStart(2, '0')}` : value.type,
    length,
  };
}

function shownValue(value: NvsItem['value']): Pick<DumpedItem, 'value' | 'hex'> {
  if (isInteger(value)) {
    return { value: value.type.endsWith('64') ? value.value.toString() : Number(value.value) };
  }
  const text = textOf(value);
  return text === undefined ? { hex: Buffer.from(value.data).toString('hex') } : { value: text };
}

/** Keys and texts come from a device; they must not steer a terminal. */
function visible(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '?');
}

const FINDINGS: Readonly<Record<FindingCode, string>> = {
  'page-corrupt': 'the page is damaged and counts as free',
  'page-newer-version': 'the page has a newer version than this program reads',
  'entry-half-written': 'an entry was not written to its end, ignored',
  'entry-bad-crc': 'the checksum of an entry is wrong, ignored',
  'entry-bad-shape': 'type, length and span of an entry contradict each other, ignored',
  'item-torn': 'not all entries of the item were written, ignored',
  'older-copy': 'there is another copy of the item that counts, ignored',
  'move-repeated': 'the page was being moved; its items count, what had arrived does not',
  'chunk-without-index': 'a piece of a blob that no index names, ignored',
  'blob-incomplete': 'pieces of the blob are missing or of the wrong length, ignored',
  'data-bad-crc': 'the checksum of the data is wrong, ignored',
  'namespace-unnamed': 'the item is in a namespace without a name; applications cannot reach it',
  'no-free-page': 'no page is blank: the library will refuse to mount the partition',
};

/** A finding as a sentence with its place. */
export function findingText({ code, sector, entry, key }: Finding): string {
  const place = [
    ...(sector === undefined ? [] : [`page ${sector}`]),
    ...(entry === undefined ? [] : [`entry ${entry}`]),
    ...(key === undefined ? [] : [`key ${key}`]),
  ].join(', ');
  return place === '' ? FINDINGS[code] : `${place}: ${FINDINGS[code]}`;
}
