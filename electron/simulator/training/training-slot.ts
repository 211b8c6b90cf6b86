/**
 * One place of the training bench: units come, are left alone until they are done, and go; then the next one comes.
 * Must not: look at the station; like a technician it sees only the unit (and, as a trainer may, its flash).
 */
import { randomBytes } from 'node:crypto';
import { isLineFile } from '../../domain/line-file.ts';
import { createEmulatedUnit, type EmulatedUnit } from '../units/emulated-unit.ts';
import type { UnitFaults } from '../units/faults.ts';
import { createPtyLine } from '../units/pty-line.ts';
import { createSocketLine } from '../units/socket-line.ts';
import { watchLogin } from './unit-login.ts';

/** How a trained hand works, in milliseconds. */
const LOOKS_AT_RESULT_MS = 4_000;
const FETCHES_NEXT_MS = 1_500;
/** A unit that gets nowhere is taken out after this long. */
const GIVES_UP_MS = 40_000;
const LOOK_EVERY_MS = 200;
/** What one unit's hardware takes, so that each phase can be seen. */
const UNIT_TIMING = { baudRate: 115_200, bootMs: 700, resetDelayMs: 300, flashMs: 350 };

export interface TrainingSlotParts {
  /** Where the port's name is to be: a line file (domain/line-file.ts), else a link to a pseudo-terminal. */
  readonly link: string;
  /** Milliseconds until the first unit comes, so that not all come at once. */
  readonly firstAfterMs: number;
  /** Asked for each new unit. */
  readonly nextModel: () => string;
  readonly faults: () => UnitFaults;
}

export class TrainingSlot {
  readonly #parts: TrainingSlotParts;
  #unit: EmulatedUnit | undefined;
  #login: ReturnType<typeof watchLogin> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pluggedAt = 0;
  #doneAt: number | undefined;
  #isClosed = false;

  constructor(parts: TrainingSlotParts) {
    this.#parts = parts;
    this.#later(parts.firstAfterMs, () => this.#plug());
  }

  get hasUnit(): boolean {
    return this.#unit !== undefined;
  }

  /** The faults have changed: the unit that is in has them at once. */
  applyFaults(): void {
    if (this.#unit !== undefined) this.#unit.faults = this.#parts.faults();
  }

  /** The cable is pulled, and plugged in again after `ms`. */
  pullCable(ms: number): void {
    this.#unit?.unplug();
    this.#login?.close();
    this.#later(ms, async () => {
      await this.#unit?.plug();
      this.#watch();
    });
  }

  /** Power is gone for `ms`, with the cable in. */
  brownOut(ms: number): void {
    this.#unit?.cutPower();
    this.#later(ms, () => {
      this.#unit?.power();
      this.#watch();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#remove();
  }

  async #plug(): Promise<void> {
    const { link } = this.#parts;
    const line = isLineFile(link) ? await createSocketLine(link) : await createPtyLine({ link });
    if (this.#isClosed) return line.close();
    this.#unit = createEmulatedUnit({
      line,
      hardwareId: randomBytes(6).toString('hex').toUpperCase(),
      model: this.#parts.nextModel(),
      firmware: '2.4.1',
      bootLog: true,
      ...UNIT_TIMING,
      faults: this.#parts.faults(),
    });
    this.#pluggedAt = performance.now();
    this.#watch();
  }

  #watch(): void {
    this.#login?.close();
    this.#login = this.#unit && watchLogin(this.#unit);
    this.#doneAt = undefined;
    this.#later(LOOK_EVERY_MS, () => this.#look());
  }

  #look(): void {
    const now = performance.now();
    if (this.#login?.isOnline && this.#unit?.received.includes('prove')) this.#doneAt ??= now;
    const isDone = this.#doneAt !== undefined && now - this.#doneAt > LOOKS_AT_RESULT_MS;
    if (!isDone && now - this.#pluggedAt < GIVES_UP_MS) return this.#later(LOOK_EVERY_MS, () => this.#look());
    this.#remove();
    this.#later(FETCHES_NEXT_MS * (0.5 + Math.random()), () => this.#plug());
  }

  #remove(): void {
    this.#login?.close();
    this.#unit?.close();
    this.#login = undefined;
    this.#unit = undefined;
  }

  #later(ms: number, work: () => void | Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#isClosed)
        Promise.resolve(work()).catch(() => this.#later(FETCHES_NEXT_MS, () => this.#plug()));
    }, ms);
  }
}
