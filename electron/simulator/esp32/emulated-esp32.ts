/**
 * An emulated ESP32 on a board with a USB bridge: mask ROM loader, flasher stub, application, the auto-reset circuit on DTR and
 * RTS, and a flash that outlives all of it. Must not: share code with the station's driver.
 *
 *   const line = createMemoryLine('slot-1');            // or: await createPtyLine()
 *   const chip = createEmulatedEsp32({ line, mac: '240AC4010203' });
 *   const slot = wiredSlot(line.slot, chip);            // wired-slot.ts: DTR, RTS and the rate reach the chip; also on a pty
 *   chip.mode; chip.flash.read(0x9000, 0x6000); chip.flash.touched(); chip.received; chip.resets;
 *   chip.cutPower(); chip.power(); chip.unplug(); await chip.plug({ renamed: true }); chip.faults = {...}; chip.close();
 */
import type { ModemSignals } from '../../station/ports.ts';
import type { UnitLine } from '../units/unit-line.ts';
import { credentialApplication } from './application.ts';
import { bootText, downloadText, LOG_LINES, type ResetReason } from './boot-text.ts';
import { ChipFlash } from './chip-flash.ts';
import { factoryFlash } from './factory-flash.ts';
import type { FlashArray } from './flash-array.ts';
import type { LoaderHost, Segment } from './loader.ts';
import { LoaderSession } from './loader-session.ts';
import type { EmulatedEsp32Options, Esp32Faults } from './options.ts';
import type { OperationName } from './packet.ts';
import { ESP32_MAGIC, Registers } from './registers.ts';
import { ResetCircuit } from './reset-circuit.ts';
import { RomLoader } from './rom-loader.ts';
import { slipFrame } from './slip.ts';
import { StubLoader } from './stub-loader.ts';
import { Uart } from './uart.ts';
import { ESP32_STUB, isStub } from './upload.ts';

/** `held`: no power, or EN is low. `starting`: reset is over, nothing is up yet. `crashed`: it ran what is no code. */
export type ChipMode = 'held' | 'starting' | 'download' | 'stub' | 'application' | 'crashed';

const ROM_RATE = 115_200;

export class EmulatedEsp32 {
  readonly mac: string;
  readonly flash: FlashArray;
  readonly uart: Uart;
  readonly #options: EmulatedEsp32Options;
  readonly #line: UnitLine;
  readonly #circuit: ResetCircuit;
  readonly #received: OperationName[] = [];
  readonly #resets: ('download' | 'application')[] = [];
  #faults: Esp32Faults;
  #mode: ChipMode = 'held';
  #session: LoaderSession | undefined;
  #isPowered = false;
  /** Changes with each reset and each loss of power, so that what was under way ends. */
  #life = 0;

  constructor(options: EmulatedEsp32Options) {
    this.#options = options;
    this.mac = options.mac;
    this.#faults = options.faults ?? {};
    this.#line = options.line;
    this.flash = options.flash ?? factoryFlash(options);
    this.flash.fate = (operation) => this.#faults.onFlash?.(operation) ?? 'works';
    this.#circuit = new ResetCircuit({
      riseMs: options.riseMs ?? 1,
      onHold: () => this.#hold(),
      onRelease: ({ isDownload }) => this.#isPowered && this.#start(isDownload, 'power'),
    });
    this.uart = new Uart({
      line: options.line,
      pieces: options.pieces,
      isPaced: options.isPaced ?? false,
      cut: () => this.#faults.cut,
      onCut: () => this.#lose('cable'),
    });
    this.#line.onReceive((bytes) => this.uart.receive(bytes, (heard) => this.#session?.hear(heard)));
    if (options.isPowered !== false) this.power();
  }

  get mode(): ChipMode {
    return this.#mode;
  }

  /** The requests received, in order. */
  get received(): readonly OperationName[] {
    return this.#received;
  }

  /** Into what each reset led. */
  get resets(): readonly ('download' | 'application')[] {
    return this.#resets;
  }

  get signals(): ModemSignals {
    return this.#circuit.signals;
  }

  /** Other faults from now on. */
  set faults(faults: Esp32Faults) {
    this.#faults = faults;
  }

  /** What the station does with the modem lines, both at once. */
  setSignals(signals: ModemSignals): void {
    if (this.#faults.hasNoAutoReset !== true) this.#circuit.set(signals);
  }

  power(): void {
    this.#isPowered = true;
    this.#circuit.powerOn();
  }

  cutPower(): void {
    this.#isPowered = false;
    this.#circuit.stop();
    this.#hold();
  }

  /** The cable is pulled; it carries the power as well. */
  unplug(): void {
    this.cutPower();
    this.uart.drop();
    this.uart.stationRate = undefined;
    this.#circuit.set({ dtr: false, rts: false });
    this.#circuit.stop();
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

  #hold(): void {
    this.#life++;
    this.#mode = 'held';
    this.#session = undefined;
    this.uart.rate = ROM_RATE;
    this.uart.forget();
  }

  #start(isDownload: boolean, reason: ResetReason): void {
    this.#hold();
    const life = this.#life;
    const { romStartMs = 5, bootMs = 20 } = this.#options;
    const { lateStartMs = 0 } = this.#faults;
    this.#mode = 'starting';
    this.#resets.push(isDownload ? 'download' : 'application');
    this.#later(romStartMs + lateStartMs, life, () => {
      this.#print(isDownload ? downloadText(reason) : bootText(reason));
      if (!isDownload) return this.#later(bootMs, life, () => this.#runApplication(life));
      this.#runLoader(life);
    });
  }

  #runLoader(life: number): void {
    this.#mode = 'download';
    const { isSecureDownload = false, cryptCount = 0 } = this.#options;
    this.#session = new LoaderSession({
      loader: new RomLoader({ host: this.#host(life), isSecureDownload, cryptCount }),
      isAlive: () => life === this.#life,
      sendFrame: (content) => this.#sendFrame(content),
      onRequest: (name) => {
        this.#received.push(name);
        return this.#faults.onRequest?.(name, this.#received.length);
      },
      lose: (what) => this.#lose(what),
    });
  }

  #runApplication(life: number): void {
    this.#mode = 'application';
    const { application = credentialApplication(), logEveryMs } = this.#options;
    for (const text of application(this.flash)) this.#print(`${text}\r\n`);
    if (logEveryMs !== undefined) this.#logOn(life, logEveryMs, 0);
  }

  #logOn(life: number, everyMs: number, count: number): void {
    this.#later(everyMs, life, () => {
      this.#print(`${LOG_LINES[count % LOG_LINES.length]}\r\n`);
      this.#logOn(life, everyMs, count + 1);
    });
  }

  #later(ms: number, life: number, run: () => void): void {
    setTimeout(() => life === this.#life && run(), ms);
  }

  #print(text: string): void {
    if (this.#faults.isSilent !== true) this.uart.send(Buffer.from(text, 'latin1'));
  }

  #host(life: number): LoaderHost {
    const { flashTimes: times = {}, mac, magic, cryptCount, eFuses } = this.#options;
    const known = { magic, cryptCount, eFuses };
    const given = Object.entries(known).filter(([, value]) => value !== undefined);
    return {
      flash: new ChipFlash({ array: this.flash, times, isAlive: () => life === this.#life }),
      registers: new Registers({ mac, ...Object.fromEntries(given) }),
      sendFrame: (content) => this.#sendFrame(content),
      setRate: (baudRate) => {
        this.uart.rate = baudRate;
      },
      jump: (entry, memory) => this.#jump(entry, memory, life),
      startApplication: () => this.#start(false, 'watchdog'),
    };
  }

  #jump(entry: number, memory: readonly Segment[], life: number): void {
    const { stub = ESP32_STUB, stubSyncReplies: syncReplies = 8 } = this.#options;
    const { magic = ESP32_MAGIC } = this.#options;
    const isCode = magic === ESP32_MAGIC && isStub(stub, entry, memory);
    this.#mode = isCode ? 'stub' : 'crashed';
    if (this.#session === undefined) return;
    this.#session.loader = isCode ? new StubLoader({ host: this.#host(life), syncReplies }) : undefined;
    if (isCode) this.#sendFrame(Buffer.from('OHAI', 'latin1'));
  }

  #sendFrame(content: Uint8Array): void {
    const noise = this.#faults.noise?.();
    if (noise !== undefined) this.#print(noise);
    if (this.#faults.isSilent !== true) this.uart.send(slipFrame(content));
  }

  #lose(what: 'power' | 'cable'): void {
    const { returnsAfterMs, returnsRenamed = false } = this.#faults;
    if (what === 'power') this.cutPower();
    else this.unplug();
    if (returnsAfterMs === undefined) return;
    this.#later(returnsAfterMs, this.#life, () => {
      if (what === 'power') this.power();
      else void this.plug({ renamed: returnsRenamed });
    });
  }
}

/** A chip on its board; see the options. */
export function createEmulatedEsp32(options: EmulatedEsp32Options): EmulatedEsp32 {
  return new EmulatedEsp32(options);
}
