/**
 * The station's view as a snapshot and coalesced frames: however often a slot changes, a listener gets at most one
 * frame in `FRAME_MS`, with whole values of what changed since its last one.
 * Must not: queue. A listener that does not take a frame gets a later one that holds everything it missed.
 */
import type { Frame } from '../contract/api.ts';
import type { OrderView, SlotView, StationView } from '../contract/views.ts';

/** At most ten frames a second: what a person can read, and what 64 tiles can draw. */
export const FRAME_MS = 100;

type Parts = Pick<StationView, 'mode' | 'foot' | 'access' | 'training'>;

export class Feed {
  readonly #listeners = new Set<(frame: Frame) => void>();
  #view: StationView;
  #changedSlots = new Map<string, SlotView>();
  #changedParts: Partial<Parts> = {};
  #changedOrder: OrderView | null | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(view: StationView) {
    this.#view = view;
  }

  /** The whole view, including what the next frame will tell; its revision is the one that frame follows. */
  snapshot(): StationView {
    this.#flush();
    return this.#view;
  }

  setSlot(slot: SlotView): void {
    const others = this.#view.slots.filter(({ slotId }) => slotId !== slot.slotId);
    const slots = [...others, slot].sort((a, b) => a.number - b.number);
    this.#view = { ...this.#view, slots };
    this.#changedSlots.set(slot.slotId, slot);
    this.#schedule();
  }

  /** undefined: no order is open. */
  setOrder(order: OrderView | undefined): void {
    if (isSame(order, this.#view.order)) return;
    const { order: _before, ...rest } = this.#view;
    this.#view = order === undefined ? rest : { ...rest, order };
    this.#changedOrder = order ?? null;
    this.#schedule();
  }

  set(parts: Partial<Parts>): void {
    const before: Partial<Parts> = this.#view;
    const names = Object.keys(parts) as (keyof Parts)[];
    if (names.every((name) => isSame(parts[name], before[name]))) return;
    this.#view = { ...this.#view, ...parts };
    this.#changedParts = { ...this.#changedParts, ...parts };
    this.#schedule();
  }

  subscribe(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), FRAME_MS);
  }

  #flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const revision = this.#view.revision + 1;
    this.#view = { ...this.#view, revision };
    const frame: Frame = {
      revision,
      ...(this.#changedSlots.size > 0 ? { slots: [...this.#changedSlots.values()] } : {}),
      ...(Object.keys(this.#changedParts).length > 0 ? { view: this.#changedParts } : {}),
      ...(this.#changedOrder === undefined ? {} : { order: this.#changedOrder }),
    };
    this.#changedSlots = new Map();
    this.#changedParts = {};
    this.#changedOrder = undefined;
    for (const listener of this.#listeners) listener(frame);
  }
}

/** What would draw the same picture needs no frame. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
