/**
 * The talk with one chip over the links that a slot gives. When a step fails, or the port goes away, the chip is reset into its
 * loader again and the step is made anew; the chip is the same one or the talk is over.
 * Must not: leave a chip in its loader when it ends, or keep what a partition holds.
 */
import { randomBytes } from 'node:crypto';
import { type ErrorCode, StationError } from '../../domain/errors.ts';
import type { DeviceRules } from '../../domain/work-order.ts';
import type { SlotPort, Transcript, UnitReport } from '../../station/ports.ts';
import { abortReason } from '../smp/patience.ts';
import { reopen } from '../smp/reopen.ts';
import { type Holding, holdingOf } from './holding.ts';
import { loaderFault } from './loader/enter.ts';
import { LinkTransport } from './loader/link-transport.ts';
import { ROM_BAUD } from './loader/loader.ts';
import { resetIntoApplication } from './loader/reset.ts';
import { type OpenChip, openChip } from './open-chip.ts';
import { readPartition } from './partition-store.ts';
import type { Esp32Rules } from './rules.ts';

/** What a further round may mend. */
const PASSING: readonly ErrorCode[] = [
  'UNIT_STOPPED_ANSWERING',
  'UNIT_NOT_IN_DOWNLOAD_MODE',
  'UNIT_PROTOCOL',
  'UNIT_STORAGE_FAILED',
  'PORT_LOST',
];
/**
 * A failed step is made again: an upload of the stub may fail twice in a row on a busy computer. One that waited in vain
 * is not, once that has taken so many boot timeouts. A port that comes and goes is followed a little longer.
 */
const FAILURES_MAX = 4;
const TIMEOUTS_MAX = 2;
const LOSSES_MAX = 5;
/** Closing lets the chip start its application, and waits no longer than this for it. */
const LEAVE_MS = 1000;

export interface ChipTalkOptions {
  readonly slot: SlotPort;
  readonly rules: DeviceRules;
  readonly own: Esp32Rules;
  readonly transcript?: Transcript | undefined;
  readonly transport: LinkTransport;
  readonly chip: OpenChip;
}

export class ChipTalk {
  readonly slot: SlotPort;
  readonly own: Esp32Rules;
  readonly bootTimeoutMs: number;
  readonly transcript: Transcript | undefined;
  readonly #rules: DeviceRules;
  #transport: LinkTransport;
  #chip: OpenChip | undefined;
  #isInLoader = true;
  #isClosed = false;
  #boot = newBoot();
  #unit: UnitReport;

  constructor({ slot, rules, own, transcript, transport, chip }: ChipTalkOptions) {
    this.slot = slot;
    this.own = own;
    this.bootTimeoutMs = rules.bootTimeoutMs;
    this.transcript = transcript;
    this.#rules = rules;
    this.#transport = transport;
    this.#chip = chip;
    this.#unit = this.#reportOf(chip, { state: 'blank' });
  }

  /** The unit as it last described itself. */
  get unit(): UnitReport {
    return this.#unit;
  }

  get transport(): LinkTransport {
    return this.#transport;
  }

  get isInLoader(): boolean {
    return this.#isInLoader;
  }

  /** The chip has started its application since it was last met. */
  restarted(): void {
    this.#boot = newBoot();
  }

  /** The chip is to be met anew before the next step. */
  forget(): void {
    this.#chip = undefined;
  }

  /** It is in its loader from now on, until `leave`. */
  enters(): void {
    this.#isInLoader = true;
    this.#chip = undefined;
  }

  /** Looks at what the unit holds now. */
  async refresh(signal: AbortSignal): Promise<UnitReport> {
    await this.inRounds(signal, (chip) => this.look(chip, () => undefined));
    return this.#unit;
  }

  /** Makes `step`, and makes it again where that may help. Rejects with what the last failure was. */
  async inRounds<T>(signal: AbortSignal, step: (chip: OpenChip) => Promise<T>): Promise<T> {
    const patientUntil = performance.now() + TIMEOUTS_MAX * this.bootTimeoutMs;
    let failures = 0;
    let losses = 0;
    for (;;) {
      try {
        return await step(await this.#open(signal));
      } catch (thrown) {
        const fault = loaderFault(thrown, 'flash');
        this.#chip = undefined;
        if (fault.code === 'PORT_LOST') losses += 1;
        else failures += 1;
        const isLate = failures >= TIMEOUTS_MAX && performance.now() > patientUntil;
        const isLast = isLate || failures >= FAILURES_MAX || losses >= LOSSES_MAX;
        if (isLast || signal.aborted || !PASSING.includes(fault.code)) throw fault;
        this.transcript?.note('line', `interrupted: ${fault.code}`);
      }
    }
  }

  /** What the partition holds; `use` gets the image, which is overwritten afterwards. */
  async look<T>(chip: OpenChip, use: (image: Buffer, holding: Holding) => T | Promise<T>): Promise<T> {
    const image = await readPartition(chip.loader, chip.partition);
    let record: Holding['record'];
    try {
      const holding = holdingOf(image, this.own);
      record = holding.record;
      const { state, digest } = holding;
      this.#unit = this.#reportOf(chip, digest === undefined ? { state } : { state, digest });
      this.transcript?.note('received', `${image.length} bytes: state=${state} dig=${digest ?? '-'}`);
      return await use(image, holding);
    } finally {
      image.fill(0);
      record?.bytes.fill(0);
    }
  }

  /** Resets the chip into its application. Resolves false where the port has no modem lines. */
  async leave(signal: AbortSignal): Promise<boolean> {
    const transport = this.#transport;
    transport.under(signal);
    this.#chip = undefined;
    await transport.changeBaudrate(romRate(this.#rules));
    transport.expect('application');
    const isReset = await resetIntoApplication(transport);
    if (isReset) this.#isInLoader = false;
    this.transcript?.note('line', isReset ? 'reset into the application' : 'no modem lines: not reset');
    return isReset;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#isInLoader && this.#transport.gone === undefined) {
      await this.leave(AbortSignal.timeout(LEAVE_MS)).catch(() => undefined);
    }
    await this.#transport.disconnect();
  }

  /** The chip in its loader: as it is, or reset into it again over a port that may have to be opened anew. */
  async #open(signal: AbortSignal): Promise<OpenChip> {
    if (signal.aborted) throw abortReason(signal);
    const until = performance.now() + this.bootTimeoutMs;
    if (this.#transport.gone !== undefined) await this.#reopen(until, signal);
    this.#transport.under(signal);
    if (this.#chip !== undefined) return this.#chip;
    this.#isInLoader = true;
    let isBooted = false;
    for (let attempt = 0; attempt === 0 || performance.now() < until; attempt += 1) {
      const opened = await openChip({
        transport: this.#transport,
        attempt,
        baudRate: this.#rules.baudRate,
        label: this.own.partition,
        transcript: this.transcript,
        expected: this.#unit.hardwareId,
      });
      if (opened.kind === 'open') {
        this.#chip = opened.chip;
        return opened.chip;
      }
      isBooted = opened.kind === 'none' && opened.booted;
    }
    throw new StationError(isBooted ? 'UNIT_NOT_IN_DOWNLOAD_MODE' : 'UNIT_STOPPED_ANSWERING', {
      port: this.slot.name,
    });
  }

  async #reopen(until: number, signal: AbortSignal): Promise<void> {
    await this.#transport.disconnect();
    this.#chip = undefined;
    const baudRate = romRate(this.#rules);
    const link = await reopen(this.slot, baudRate, until, signal);
    this.#transport = new LinkTransport({ link, baudRate, signal });
    this.transcript?.note('line', 'port opened again');
    if (this.#isClosed) await this.#transport.disconnect();
  }

  #reportOf({ identity }: OpenChip, holding: Pick<UnitReport, 'state' | 'digest'>): UnitReport {
    const { hardwareId, model, revision } = identity;
    const capabilities = new Set(['prove', 'erase'] as const);
    return {
      hardwareId,
      model,
      firmware: `revision ${revision}`,
      capabilities,
      boot: this.#boot,
      ...holding,
    };
  }
}

/** The rate at which the ROM is spoken to: the order's, where that is lower. */
export function romRate({ baudRate }: Pick<DeviceRules, 'baudRate'>): number {
  return Math.min(ROM_BAUD, baudRate);
}

function newBoot(): string {
  return randomBytes(8).toString('hex');
}
