/**
 * A flash memory of named pages that survives a reboot, a power cut and, with a file, the emulator itself. A power cut in
 * the middle of an operation leaves half of the bytes, as real flash does.
 * Must not: repair anything; telling a torn page from a whole one is for whoever uses it.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What happens to one operation of the flash. */
export type FlashFate = 'works' | 'fails' | 'power-cut';

export class StorageFailure extends Error {}
export class PowerCut extends Error {}

export class Flash {
  readonly #pages = new Map<string, Uint8Array>();
  readonly #file: string | undefined;
  readonly #fate: (operation: number) => FlashFate;
  #operations = 0;

  /** `file`: where the pages are kept between two lives of the emulator. `fate`: asked with 1, 2, 3 … */
  constructor({
    file,
    fate = () => 'works',
  }: { file?: string; fate?: (operation: number) => FlashFate } = {}) {
    this.#file = file;
    this.#fate = fate;
    if (file === undefined || !existsSync(file)) return;
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    for (const [page, hex] of Object.entries(stored)) this.#pages.set(page, Buffer.from(hex, 'hex'));
  }

  /** How many operations there have been. */
  get operations(): number {
    return this.#operations;
  }

  get pages(): readonly string[] {
    return [...this.#pages.keys()];
  }

  read(page: string): Uint8Array | undefined {
    return this.#pages.get(page);
  }

  write(page: string, bytes: Uint8Array): void {
    this.#operate(() => this.#pages.set(page, bytes.subarray(0, bytes.length >> 1)));
    this.#pages.set(page, Uint8Array.from(bytes));
    this.#save();
  }

  erase(page: string): void {
    if (!this.#pages.has(page)) return;
    this.#operate(() => this.#pages.set(page, Uint8Array.of(0xff)));
    this.#pages.delete(page);
    this.#save();
  }

  #operate(half: () => void): void {
    const fate = this.#fate(++this.#operations);
    if (fate === 'works') return;
    if (fate === 'fails') throw new StorageFailure();
    half();
    this.#save();
    throw new PowerCut();
  }

  #save(): void {
    if (this.#file === undefined) return;
    const stored = [...this.#pages].map(([page, bytes]) => [page, Buffer.from(bytes).toString('hex')]);
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(stored)));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
