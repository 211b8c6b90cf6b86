/**
 * A module with ESP-AT firmware, as far as its manufacturing store goes. Source: ESP-AT user guide, Basic AT Commands
 * (AT, ATE, AT+RST, AT+GMR, AT+SYSMFG), Wi-Fi AT Commands (AT+CIPSTAMAC), AT messages: lines end with CR LF, a command has at
 * most 256 bytes; after `>` exactly <length> raw bytes are taken; a command while another runs is answered `busy p...`.
 * Must not: share code with the station, or say more than the manual.
 */
import type { Console } from './console-unit.ts';

export interface EspAtFaults {
  /** Asked for each command; `nth` counts from 1 over the module's life. */
  readonly onCommand?: (command: string, nth: number) => 'ignored' | 'busy' | 'error' | undefined;
  /** Every write to the store ends with ERROR: it is full. */
  readonly isFull?: boolean;
  /** Older firmware: there is no AT+SYSMFG. */
  readonly lacksStore?: boolean;
  /** What the store keeps in place of what was written. */
  readonly store?: (key: string, value: Uint8Array) => Uint8Array;
  /** Text that a module prints by itself, before every third answer. */
  readonly chatter?: string;
}

export interface EspAtOptions {
  /** As AT+CIPSTAMAC? says it. */
  readonly mac?: string;
  /** Milliseconds from power to `ready`. */
  readonly bootMs?: number;
  /** Milliseconds of a write; meanwhile it is busy. */
  readonly flashMs?: number;
  readonly faults?: EspAtFaults;
}

const COMMAND_MAX = 256;
/** The key of a value is kept by NVS in so many characters. */
const NAME_MAX = 15;
const STRING = 7;
const BINARY = 8;

interface Entry {
  readonly type: number;
  readonly value: Uint8Array;
}

export class EspAt implements Console {
  readonly #options: EspAtOptions;
  readonly #store = new Map<string, Map<string, Entry>>();
  faults: EspAtFaults;
  boots = 0;
  #send: (bytes: Uint8Array) => void = () => {};
  #isOn = false;
  #isBusy = false;
  #echo = true;
  #life = 0;
  #line: number[] = [];
  #taking: { readonly bytes: number[]; readonly length: number; done(value: Uint8Array): void } | undefined;
  #commands = 0;
  #answers = 0;

  constructor(options: EspAtOptions = {}) {
    this.#options = options;
    this.faults = options.faults ?? {};
  }

  /** What the store holds under a namespace, as text. */
  values(namespace: string): Readonly<Record<string, string>> {
    const entries = [...(this.#store.get(namespace) ?? new Map<string, Entry>())];
    return Object.fromEntries(entries.map(([key, { value }]) => [key, Buffer.from(value).toString('utf8')]));
  }

  get echoes(): boolean {
    return this.#echo;
  }

  power(send: (bytes: Uint8Array) => void): void {
    const life = ++this.#life;
    this.#send = send;
    this.#line = [];
    this.#taking = undefined;
    this.#echo = true;
    this.#isBusy = false;
    this.#say('ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n');
    setTimeout(() => {
      if (life !== this.#life) return;
      this.#isOn = true;
      this.boots++;
      this.#say('\r\nready\r\n');
    }, this.#options.bootMs ?? 5);
  }

  cutPower(): void {
    this.#life++;
    this.#isOn = false;
  }

  close(): void {
    this.cutPower();
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) if (this.#isOn) this.#take(byte);
  }

  #take(byte: number): void {
    const { bytes, length, done } = this.#taking ?? {};
    if (bytes !== undefined && length !== undefined && done !== undefined) {
      bytes.push(byte);
      if (bytes.length < length) return;
      this.#taking = undefined;
      done(Uint8Array.from(bytes));
      return;
    }
    if (this.#echo) this.#send(Uint8Array.of(byte));
    this.#line.push(byte);
    if (byte !== 0x0a) return;
    const text = Buffer.from(this.#line).toString('latin1');
    this.#line = [];
    if (text.length > COMMAND_MAX) this.#answer('ERROR');
    else if (text.trim() !== '') this.#hear(text.replace(/\r?\n$/, ''));
  }

  #hear(command: string): void {
    if (this.#isBusy) return this.#say('busy p...\r\n');
    const fault = this.faults.onCommand?.(command, ++this.#commands);
    if (fault === 'ignored') return;
    if (fault === 'busy') return this.#say('busy p...\r\n');
    if (fault === 'error') return this.#answer('ERROR');
    if (command === 'AT') return this.#answer('OK');
    if (command === 'ATE0' || command === 'ATE1') {
      this.#echo = command === 'ATE1';
      return this.#answer('OK');
    }
    if (command === 'AT+GMR') {
      const version = 'AT version:3.4.0.0(d4d3fe7 - ESP32 - Jul  1 2024)\r\nSDK version:v5.0.6-dirty\r\n';
      return this.#answer(
        'OK',
        `${version}compile time(6118fc22):Jul  5 2024\r\nBin version:v3.4.0.0(WROOM-32)\r\n`,
      );
    }
    if (command === 'AT+CIPSTAMAC?') {
      return this.#answer('OK', `+CIPSTAMAC:"${this.#options.mac ?? '24:0a:c4:01:02:03'}"\r\n`);
    }
    if (command === 'AT+RST') {
      this.#answer('OK');
      const send = this.#send;
      this.cutPower();
      setTimeout(() => this.power(send), 2);
      return;
    }
    if (command === 'AT+SYSMFG?' && this.faults.lacksStore !== true) {
      const names = ['factory_param', 'client_cert', ...this.#store.keys()];
      return this.#answer('OK', names.map((name) => `+SYSMFG:"${name}"\r\n`).join(''));
    }
    const store = /^AT\+SYSMFG=([012]),"([^"]*)"(?:,"([^"]*)")?(?:,(\d+),(\d+))?$/.exec(command);
    if (store === null || this.faults.lacksStore === true) return this.#answer('ERROR');
    const [, operation, namespace = '', key, type, length] = store;
    this.#operate(
      operation ?? '',
      namespace,
      key,
      type === undefined ? undefined : [Number(type), Number(length)],
    );
  }

  #operate(
    operation: string,
    namespace: string,
    key: string | undefined,
    numbers: readonly [number, number] | undefined,
  ): void {
    const values = this.#store.get(namespace);
    if (operation === '0') {
      if (key === undefined) this.#store.delete(namespace);
      else if (values?.delete(key) !== true) return this.#answer('ERROR');
      return this.#answer('OK');
    }
    if (operation === '1') {
      const entry = key === undefined ? undefined : values?.get(key);
      if (key === undefined || entry === undefined) return this.#answer('ERROR');
      const head = `+SYSMFG:"${namespace}","${key}",${entry.type},${entry.value.length},`;
      return this.#answer('OK', Buffer.concat([Buffer.from(head), entry.value, Buffer.from('\r\n')]));
    }
    const [type, length] = numbers ?? [0, 0];
    const isNamed = key !== undefined && key.length <= NAME_MAX && namespace.length <= NAME_MAX;
    if (!isNamed || (type !== STRING && type !== BINARY) || length < 1) return this.#answer('ERROR');
    this.#taking = { bytes: [], length, done: (value) => this.#keep(namespace, key, { type, value }) };
    this.#say('\r\nOK\r\n\r\n>');
  }

  #keep(namespace: string, key: string, entry: Entry): void {
    const life = this.#life;
    this.#isBusy = true;
    setTimeout(() => {
      if (life !== this.#life) return;
      this.#isBusy = false;
      if (this.faults.isFull === true) return this.#answer('ERROR');
      const values = this.#store.get(namespace) ?? new Map<string, Entry>();
      values.set(key, { ...entry, value: this.faults.store?.(key, entry.value) ?? entry.value });
      this.#store.set(namespace, values);
      this.#answer('OK');
    }, this.#options.flashMs ?? 1);
  }

  #answer(word: 'OK' | 'ERROR', lines: Uint8Array | string = ''): void {
    const { chatter } = this.faults;
    if (chatter !== undefined && ++this.#answers % 3 === 0) this.#say(chatter);
    this.#send(Buffer.concat([Buffer.from(lines), Buffer.from(`\r\n${word}\r\n`)]));
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}
