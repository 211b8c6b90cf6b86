/**
 * A partition as a boot of ESP-IDF's library leaves it: pages in the order of their sequence numbers, the last write
 * and the last page move finished or undone. Source: ESP-IDF, nvs_flash, page manager. Must not: know namespaces
 * or values, or throw on any bytes.
 */
import { type BootedPage, bootPage, isSamePlace, type LiveItem } from './boot-page.ts';
import {
  PAGE_SIZE,
  type PageHeader,
  readPageHeader,
  TYPE_BLOB_DATA,
  TYPE_BLOB_INDEX,
  TYPE_BLOB_V1,
} from './layout.ts';
import type { Finding, PageInfo, Unreadable } from './types.ts';

export interface Booted {
  readonly pages: readonly PageInfo[];
  /** Oldest page first. */
  readonly live: readonly LiveItem[];
  /** What is whole on each page before anything of it is dropped for what another page holds. Oldest page first. */
  readonly stored: readonly LiveItem[];
  readonly findings: readonly Finding[];
  readonly unreadable?: Unreadable;
}

interface UsedPage {
  readonly sector: number;
  readonly header: PageHeader;
  live: readonly LiveItem[];
}

/** The version byte of the newest format that this module reads; the byte counts down. */
const NEWEST_VERSION_BYTE = 0xfe;

export function bootPartition(image: Buffer): Booted {
  const pages: PageInfo[] = [];
  const findings: Finding[] = [];
  const used: UsedPage[] = [];
  let [free, unreadable, isNewer] = [0, 0, false];
  for (let sector = 0; sector < image.length / PAGE_SIZE; sector += 1) {
    const bytes = image.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE);
    const header = readPageHeader(bytes);
    if (header.state === 'blank' || header.state === 'corrupt') {
      pages.push({ sector, state: header.state, written: 0, erased: 0 });
      if (header.state === 'corrupt') findings.push({ code: 'page-corrupt', sector });
      free += 1;
      continue;
    }
    if (header.versionByte < NEWEST_VERSION_BYTE) {
      findings.push({ code: 'page-newer-version', sector });
      pages.push({ ...infoOf(sector, header), written: 0, erased: 0 });
      isNewer = true;
      continue;
    }
    const booted: BootedPage = bootPage(bytes, sector, header.state === 'active');
    const { live, written, erased } = booted;
    pages.push({ ...infoOf(sector, header), written, erased });
    findings.push(...booted.findings);
    unreadable += booted.unreadable;
    used.push({ sector, header, live });
  }
  const reason = reasonOf(pages, used, unreadable, isNewer);
  if (reason !== undefined) return { pages, live: [], stored: [], findings, unreadable: reason };
  // A stable sort: of two pages with one number, which no writer leaves, the one in the later sector comes later.
  used.sort((a, b) => a.header.sequence - b.header.sequence);
  const stored = used.flatMap((page) => page.live);
  dropReplaced(used, findings);
  free += repeatMove(used, findings);
  if (free === 0) findings.push({ code: 'no-free-page' });
  return { pages, live: used.flatMap((page) => page.live), stored, findings };
}

function infoOf(
  sector: number,
  { state, sequence, versionByte }: PageHeader,
): Omit<PageInfo, 'written' | 'erased'> {
  const version = versionByte === 0xff ? 1 : versionByte === NEWEST_VERSION_BYTE ? 2 : undefined;
  return { sector, state, sequence, ...(version === undefined ? {} : { version }) };
}

/** One entry that is not whole may be a write cut short; two, and no whole one anywhere, are somebody else's bytes. */
function reasonOf(
  pages: readonly PageInfo[],
  used: readonly UsedPage[],
  unreadable: number,
  isNewer: boolean,
): Unreadable | undefined {
  if (isNewer) return 'newer-version';
  if (pages.every(({ state }) => state === 'corrupt')) return 'not-nvs';
  if (unreadable >= 2 && used.every(({ live }) => live.length === 0)) return 'encrypted-or-damaged';
  return undefined;
}

/**
 * The very last item may have replaced one on an earlier page that power did not let be erased. A page that is being
 * moved keeps its copy: the move is repeated anyway.
 */
function dropReplaced(used: readonly UsedPage[], findings: Finding[]): void {
  const last = used.at(-1)?.live.at(-1);
  // A piece of a blob replaces nothing before its index is there; the library numbers the pieces of a rewrite anew.
  if (last === undefined || last.typeCode === TYPE_BLOB_DATA) return;
  const erase = (typeCode: number): boolean => {
    for (const page of used.slice(0, -1)) {
      if (page.header.state === 'freeing') continue;
      const older = page.live.find((item) => isSamePlace(item, last));
      if (older?.typeCode !== typeCode) continue;
      findings.push({ code: 'older-copy', sector: older.sector, entry: older.entry, key: older.key });
      page.live = page.live.filter((item) => item !== older);
      return true;
    }
    return false;
  };
  // A blob of version 1 is replaced by an index and its pieces.
  if (!erase(last.typeCode) && last.typeCode === TYPE_BLOB_INDEX) erase(TYPE_BLOB_V1);
}

/**
 * A page whose items were being moved when power went: whatever had reached the newest page is thrown away and the move
 * is made again, to a new page behind all others. Gives how many more pages are free thereafter.
 */
function repeatMove(used: UsedPage[], findings: Finding[]): number {
  const from = used.find(({ header }) => header.state === 'freeing');
  if (from === undefined) return 0;
  findings.push({ code: 'move-repeated', sector: from.sector });
  let freed = 0;
  if (used.at(-1)?.header.state === 'active') {
    used.pop();
    freed += 1;
  }
  used.splice(used.indexOf(from), 1);
  used.push(from);
  return freed;
}
