/**
 * The bench's slots: ports that are present become numbered slots by their place, and are remembered; a keeper for each.
 * Must not: give a number twice, or take a port's name for its place.
 */
import { StationError } from '../domain/errors.ts';
import type { BenchPorts, RememberedSlot } from './service-ports.ts';
import { SlotKeeper } from './slot-keeper.ts';
import type { Station } from './station.ts';

/** Sysfs takes two milliseconds; a list elsewhere takes longer, and must not be asked more than once a second. */
const LOOK_EVERY_MS = process.platform === 'linux' ? 300 : 1_000;

export interface SlotsParts {
  readonly ports: BenchPorts;
  readonly remembered: readonly RememberedSlot[];
  /** A slot shows something else now. */
  readonly onChange: (keeper: SlotKeeper) => void;
  /** The remembered slots have changed. */
  readonly onRemember: (slots: readonly RememberedSlot[]) => void;
  readonly onFatal: (error: StationError) => void;
}

export class Slots {
  readonly #parts: SlotsParts;
  readonly #keepers = new Map<string, SlotKeeper>();
  readonly #places = new Map<string, SlotKeeper>();
  #station: Station | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: SlotsParts) {
    this.#parts = parts;
    for (const slot of parts.remembered) this.#add(slot);
  }

  get all(): readonly SlotKeeper[] {
    return [...this.#keepers.values()].sort((a, b) => a.number - b.number);
  }

  /** The keeper of a slot; rejects where there is none of that id. */
  get(slotId: string): SlotKeeper {
    const keeper = this.#keepers.get(slotId);
    if (keeper === undefined) throw new StationError('PORT_NOT_FOUND', { slotId });
    return keeper;
  }

  named(name: string): SlotKeeper | undefined {
    return this.#keepers.get(name);
  }

  /** Looks for ports now, and from then on again and again. */
  async watch(): Promise<void> {
    await this.#look();
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.watch(), LOOK_EVERY_MS);
  }

  async setStation(station: Station | undefined): Promise<void> {
    this.#station = station;
    await Promise.all(this.all.map((keeper) => keeper.setStation(station)));
  }

  async setOff(slotId: string, isOff: boolean): Promise<void> {
    await this.get(slotId).setOff(isOff);
    this.#remember();
  }

  /** Ends every run in order; the ports are closed when it resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.setStation(undefined);
  }

  async #look(): Promise<void> {
    const present = await this.#parts.ports.scan().catch(() => []);
    const paths = new Map(present.map(({ place, path }) => [place, path]));
    const isNew = present.filter(({ place }) => !this.#places.has(place));
    for (const { place } of isNew) this.#add({ number: this.#nextNumber(), place });
    for (const [place, keeper] of this.#places) keeper.locate(paths.get(place));
    if (isNew.length === 0) return;
    this.#remember();
    for (const { place } of isNew) void this.#places.get(place)?.setStation(this.#station);
  }

  #add({ number, place, isOff = false }: RememberedSlot): void {
    const slotId = String(number);
    const { ports, onChange, onFatal } = this.#parts;
    const keeper: SlotKeeper = new SlotKeeper({
      slotId,
      number,
      port: ports.slot(place, slotId),
      isOff,
      onChange: () => onChange(keeper),
      onFatal,
    });
    this.#keepers.set(slotId, keeper);
    this.#places.set(place, keeper);
  }

  #nextNumber(): number {
    return Math.max(0, ...this.all.map(({ number }) => number)) + 1;
  }

  #remember(): void {
    const slots = [...this.#places].map(([place, { number, isOff }]) => ({
      number,
      place,
      ...(isOff ? { isOff } : {}),
    }));
    this.#parts.onRemember(slots);
  }
}
