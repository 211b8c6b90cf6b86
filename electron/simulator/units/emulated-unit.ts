/**
 * An emulated unit: the device end of the protocol with power, a flash that outlives it, a line, and the faults that
 * it was given. Must not: share protocol code with the station, or say a value of its record.
 */
import { randomBytes } from 'node:crypto';
import { LINE_CHARACTERS, LineReader, toLines } from './console-frame.ts';
import type { Incident, UnitFaults } from './faults.ts';
import { Flash, PowerCut } from './flash.ts';
import { paced } from './paced-line.ts';
import { type DecodedRecord, decodeRecord } from './possession.ts';
import { type Fields, ProvisioningDevice } from './provisioning-device.ts';
import { RecordStore } from './record-store.ts';
import { SilenceTimer } from './silence.ts';
import { errorFields, readRequest, replyPacket, type Served, serve } from './smp-server.ts';
import type { UnitLine } from './unit-line.ts';
import { logLine, noisy } from './unit-log.ts';
import { type EmulatedUnitOptions, factsOf } from './unit-options.ts';

const FLASH_COMMANDS: readonly Served['name'][] = ['begin', 'commit', 'lock', 'erase'];

export class EmulatedUnit {
  readonly flash: Flash;
  readonly #options: EmulatedUnitOptions;
  readonly #line: UnitLine;
  readonly #store: RecordStore;
  readonly #device: ProvisioningDevice;
  readonly #received: Served['name'][] = [];
  readonly #queue: number[][] = [];
  #faults: UnitFaults;
  readonly #reader = new LineReader();
  readonly #silence = new SilenceTimer({ onSilence: () => this.#reader.silent() });
  #isOn = false;
  #isWorking = false;
  /** Changes with each loss of power, so that what was under way ends. */
  #life = 0;
  #boots = 0;
  #bytes = 0;

  constructor(options: EmulatedUnitOptions) {
    this.#options = options;
    this.#faults = options.faults ?? {};
    const { baudRate, flashFile } = options;
    this.#line = baudRate === undefined ? options.line : paced(options.line, baudRate);
    const fate = (operation: number) => this.#faults.onFlash?.(operation) ?? 'works';
    this.flash = new Flash({ fate, ...(flashFile === undefined ? {} : { file: flashFile }) });
    this.#store = new RecordStore({ flash: this.flash });
    this.#device = new ProvisioningDevice({
      facts: factsOf(options),
      store: this.#store,
      boot: Uint8Array.from(randomBytes(8)),
    });
    this.#line.onReceive((bytes) => this.#hear(bytes));
    if (options.powered !== false) this.power();
  }

  get hardwareId(): string {
    return this.#device.facts.hardwareId;
  }

  /** The commands received, in order. */
  get received(): readonly Served['name'][] {
    return this.#received;
  }

  /** How often the firmware has started. */
  get boots(): number {
    return this.#boots;
  }

  /** Bytes that have passed, both directions together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The committed record as the flash holds it, or undefined. */
  get record(): DecodedRecord | undefined {
    const { record } = this.#store;
    return record && decodeRecord(record.bytes);
  }

  get isLocked(): boolean {
    return this.#store.isLocked;
  }

  /** Other faults from now on. */
  set faults(faults: UnitFaults) {
    this.#faults = faults;
  }

  power(): void {
    const life = ++this.#life;
    const { bootMs = 20, bootLog = false } = this.#options;
    if (bootLog) this.#line.send(logLine('boot: starting'));
    setTimeout(() => {
      if (life !== this.#life) return;
      this.#reader.silent();
      this.#device.restart(Uint8Array.from(randomBytes(8)));
      this.#boots++;
      this.#isOn = true;
      if (bootLog) this.#line.send(logLine('app: ready'));
    }, bootMs);
  }

  cutPower(): void {
    this.#life++;
    this.#isOn = false;
    this.#queue.length = 0;
    this.#silence.stop();
  }

  /** The cable is pulled; it carries the power as well. */
  unplug(): void {
    this.cutPower();
    this.#line.unplug();
  }

  async plug(how?: { readonly renamed?: boolean }): Promise<void> {
    const life = this.#life;
    await this.#line.plug(how);
    if (life === this.#life) this.power();
  }

  close(): void {
    this.cutPower();
    this.#line.close();
  }

  #hear(bytes: Uint8Array): void {
    const heard = this.#passing(bytes);
    if (!this.#isOn) return;
    const { babble } = this.#faults;
    if (babble !== undefined) this.#send(Buffer.from(babble, 'utf8'));
    else this.#queue.push(...this.#reader.take(heard));
    this.#silence.heard();
    if (heard.length < bytes.length) this.#lose('cable');
    else void this.#work();
  }

  /** The part of `bytes` that passes before the cable is cut. */
  #passing(bytes: Uint8Array): Uint8Array {
    const { cutAtByte = Number.POSITIVE_INFINITY } = this.#faults;
    const left = this.#bytes < cutAtByte ? cutAtByte - this.#bytes : Number.POSITIVE_INFINITY;
    this.#bytes += Math.min(bytes.length, left);
    return bytes.subarray(0, left);
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let packet = this.#queue.shift(); packet !== undefined; packet = this.#queue.shift()) {
        const request = readRequest(packet);
        if (request !== undefined) await this.#answer(packet, request, this.#life);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #answer(packet: number[], request: Served, life: number): Promise<void> {
    const { name } = request;
    this.#received.push(name);
    const incident = this.#faults.onRequest?.(name, this.#received.length);
    if (incident === 'ignored') return;
    if (incident === 'power-cut-before') return this.#lose('power');
    if (incident === 'unplugged') return this.#lose('cable');
    const delayMs = delayOf(incident) + (FLASH_COMMANDS.includes(name) ? (this.#options.flashMs ?? 0) : 0);
    if (delayMs > 0) await sleep(delayMs);
    if (life !== this.#life) return;
    try {
      const fields = fieldsFor(incident, () => serve(this.#device, request));
      if (incident === 'power-cut-after') return this.#lose('power');
      if (incident !== 'reply-lost') await this.#reply(replyPacket(packet, fields), life);
    } catch (thrown) {
      if (!(thrown instanceof PowerCut)) throw thrown;
      return this.#lose('power');
    }
    if (name === 'reset' && life === this.#life) this.#restartLater(life);
  }

  async #reply(packet: Uint8Array, life: number): Promise<void> {
    const { lineCharacters = LINE_CHARACTERS, writeBytes, random = Math.random } = this.#options;
    const bytes = noisy(toLines(packet, lineCharacters).join(''), this.#faults, random);
    const step = writeBytes ?? bytes.length;
    for (let from = 0; from < bytes.length && life === this.#life; from += step) {
      if (from > 0) await sleep(1);
      this.#send(bytes.subarray(from, from + step));
    }
  }

  #send(bytes: Uint8Array): void {
    const said = this.#passing(bytes);
    this.#line.send(said);
    // What was said before the cut is still on its way to the station.
    if (said.length < bytes.length) setImmediate(() => this.#lose('cable'));
  }

  #restartLater(life: number): void {
    const { resetDelayMs = 20, vanishesInReset } = this.#options;
    setTimeout(() => {
      if (life !== this.#life) return;
      if (vanishesInReset === undefined) {
        this.cutPower();
        this.power();
        return;
      }
      this.unplug();
      void this.plug({ renamed: vanishesInReset === 'another name' });
    }, resetDelayMs);
  }

  #lose(what: 'power' | 'cable'): void {
    const { returnsAfterMs, returnsRenamed = false } = this.#faults;
    if (what === 'power') this.cutPower();
    else this.unplug();
    const life = this.#life;
    if (returnsAfterMs === undefined) return;
    setTimeout(() => {
      if (life !== this.#life) return;
      if (what === 'power') this.power();
      else void this.plug({ renamed: returnsRenamed });
    }, returnsAfterMs);
  }
}

/** A unit with its line; see the options. */
export function createEmulatedUnit(options: EmulatedUnitOptions): EmulatedUnit {
  return new EmulatedUnit(options);
}

function delayOf(incident: Incident | undefined): number {
  return typeof incident === 'object' && 'delayMs' in incident ? incident.delayMs : 0;
}

function fieldsFor(incident: Incident | undefined, carryOut: () => Fields): Fields {
  if (typeof incident !== 'object') return carryOut();
  if ('rc' in incident) return errorFields(incident.rc);
  if ('smpError' in incident) return { rc: incident.smpError };
  return 'alter' in incident ? incident.alter(carryOut()) : carryOut();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
