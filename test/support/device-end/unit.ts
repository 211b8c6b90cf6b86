/**
 * The device end in C with the powers of the emulated unit: its line, its power and its faults are in a test's hand, and
 * each answer comes from the C program, except where a test has asked for an answer that it would not give.
 * Must not: be a second device end; what is not injected passes as it is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnitFaults } from '../../../electron/simulator/units/faults.ts';
import { paced } from '../../../electron/simulator/units/paced-line.ts';
import { type DecodedRecord, decodeRecord } from '../../../electron/simulator/units/possession.ts';
import type { Served } from '../../../electron/simulator/units/smp-server.ts';
import type { UnitLine } from '../../../electron/simulator/units/unit-line.ts';
import type { TestUnit } from '../unit-maker.ts';
import { argumentsFor, type DeviceEndOptions, flashFaults } from './arguments.ts';
import { type FlashContent, readFlash } from './flash-file.ts';
import { delayOf, fateOf, refusalOf } from './incidents.ts';
import { Life } from './life.ts';
import { AnswerReader, type Request, RequestReader } from './relay.ts';

const FLASH_COMMANDS: readonly Served['name'][] = ['begin', 'commit', 'lock', 'erase'];

export class DeviceEndUnit implements TestUnit {
  readonly hardwareId: string;
  readonly #options: DeviceEndOptions;
  readonly #line: UnitLine;
  readonly #home = mkdtempSync(join(tmpdir(), 'keybench-c-unit-'));
  readonly #received: Served['name'][] = [];
  readonly #queue: Request[] = [];
  readonly #requests = new RequestReader();
  readonly #answers: AnswerReader;
  #faults: UnitFaults;
  #life: Life | undefined;
  /** The last process, whose flash file must be at rest before the next one starts. */
  #gone: Promise<void> = Promise.resolve();
  #isOn = false;
  #isWorking = false;
  /** Changes with each loss of power, so that what was under way ends. */
  #turn = 0;
  #boots = 0;
  #bytes = 0;
  #hasFailed = false;

  constructor(options: DeviceEndOptions) {
    this.#options = options;
    this.#faults = options.faults ?? {};
    this.hardwareId = options.hardwareId ?? 'AABBCCDDEEFF';
    this.#line = options.baudRate === undefined ? options.line : paced(options.line, options.baudRate);
    this.#answers = new AnswerReader(options);
    this.#line.onReceive((bytes) => this.#hear(bytes));
    if (options.powered !== false) this.power();
  }

  get received(): readonly Served['name'][] {
    return this.#received;
  }

  get boots(): number {
    return this.#boots;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get record(): DecodedRecord | undefined {
    const { record } = this.content;
    return record && decodeRecord(record);
  }

  get isLocked(): boolean {
    return this.content.isLocked;
  }

  set faults(faults: UnitFaults) {
    if (faults.onFlash !== undefined) throw new Error('a process is told of its flash when it starts');
    this.#faults = faults;
  }

  power(): void {
    this.cutPower();
    const turn = this.#turn;
    setTimeout(async () => {
      await this.#gone;
      if (turn === this.#turn) this.#start(turn);
    }, this.#options.bootMs ?? 20);
  }

  cutPower(): void {
    this.#turn++;
    this.#isOn = false;
    this.#queue.length = 0;
    this.#answers.forget();
    this.#requests.silent();
    this.#life?.cut();
    this.#life = undefined;
  }

  unplug(): void {
    this.cutPower();
    this.#line.unplug();
  }

  async plug(how?: { readonly renamed?: boolean }): Promise<void> {
    const turn = this.#turn;
    await this.#line.plug(how);
    if (turn === this.#turn) this.power();
  }

  close(): void {
    this.cutPower();
    this.#line.close();
    void this.#gone.then(() => rmSync(this.#home, { recursive: true, force: true }));
  }

  /** Ends the process in order; the operations of its flash since it was switched on. */
  async operations(): Promise<number> {
    return (await this.#life?.end()) ?? 0;
  }

  /** What its flash holds, as it lies there. */
  get content(): FlashContent {
    return readFlash(join(this.#home, 'flash'));
  }

  #start(turn: number): void {
    const faults = flashFaults(this.#options, this.#faults, this.#hasFailed);
    const args = [...argumentsFor(this.#options, this.#home), ...faults];
    const isMine = () => turn === this.#turn;
    const life = new Life({
      args: ['--hw', this.hardwareId, ...args],
      events: {
        onBytes: (bytes) => isMine() && this.#say(bytes),
        onPort: () => isMine() && this.#vanished(false),
        onPortGone: () => isMine() && this.#vanished(true),
        onBoot: () => {
          if (!isMine()) return;
          this.#boots++;
          this.#isOn = true;
          this.#answers.forget();
        },
        onPowerFailed: () => {
          if (!isMine()) return;
          this.#hasFailed = true;
          this.#options.onPowerFailed?.(this.content);
          this.#lose('power');
        },
        onBroken: (words) => {
          throw new Error(words);
        },
      },
    });
    this.#life = life;
    this.#gone = life.gone;
  }

  /** Its own port goes in a restart only where it was told to vanish: then the station's goes as well. */
  #vanished(isGone: boolean): void {
    const { vanishesInReset } = this.#options;
    if (vanishesInReset === undefined) return;
    if (isGone) {
      this.#isOn = false;
      this.#line.unplug();
    } else if (this.#boots > 0) void this.#line.plug({ renamed: vanishesInReset === 'another name' });
  }

  #hear(bytes: Uint8Array): void {
    const heard = this.#passing(bytes);
    if (!this.#isOn) return;
    const { babble } = this.#faults;
    if (babble !== undefined) this.#send(Buffer.from(babble, 'utf8'));
    else this.#queue.push(...this.#requests.take(heard));
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
      for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
        await this.#handOn(request, this.#turn);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #handOn(request: Request, turn: number): Promise<void> {
    this.#received.push(request.name);
    const incident = this.#faults.onRequest?.(request.name, this.#received.length);
    if (incident === 'ignored') return;
    if (incident === 'power-cut-before') return this.#lose('power');
    if (incident === 'unplugged') return this.#lose('cable');
    const slow = FLASH_COMMANDS.includes(request.name) ? (this.#options.flashMs ?? 0) : 0;
    const delayMs = slow + delayOf(incident);
    if (delayMs > 0) await sleep(delayMs);
    if (turn !== this.#turn) return;
    const instead = refusalOf(incident);
    if (instead !== undefined) return void this.#send(this.#answers.framed(request, instead, this.#faults));
    this.#answers.expect(request, fateOf(incident));
    this.#life?.write(request.raw);
  }

  #say(bytes: Uint8Array): void {
    const turn = this.#turn;
    for (const answer of this.#answers.take(bytes, this.#faults)) {
      if (turn !== this.#turn) return;
      if (answer.fate === 'power-cut-after') this.#lose('power');
      else if (answer.fate !== 'reply-lost') void this.#reply(answer.bytes, turn);
    }
  }

  async #reply(bytes: Uint8Array, turn: number): Promise<void> {
    const step = this.#options.writeBytes ?? bytes.length;
    for (let from = 0; from < bytes.length && turn === this.#turn; from += step) {
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

  #lose(what: 'power' | 'cable'): void {
    const { returnsAfterMs, returnsRenamed = false } = this.#faults;
    if (what === 'power') this.cutPower();
    else this.unplug();
    const turn = this.#turn;
    if (returnsAfterMs === undefined) return;
    setTimeout(() => {
      if (turn !== this.#turn) return;
      if (what === 'power') this.power();
      else void this.plug({ renamed: returnsRenamed });
    }, returnsAfterMs);
  }
}
