/**
 * Zephyr's shell with the commands settings, hwinfo and kernel. Source: Zephyr, subsys/settings/src/settings_shell.c (both
 * forms of `write`), subsys/shell (prompt, echo, colours, buffer, hexdump), drivers/hwinfo/hwinfo_shell.c: success of a write
 * prints nothing; characters over the buffer are dropped; a value is parsed into half the size of the buffer; a log line takes the
 * prompt away and prints it again behind itself.
 * Must not: share code with the station.
 */
import type { Console } from './console-unit.ts';

export interface ZephyrFaults {
  /** Asked for each command; `nth` counts from 1 over the unit's life. */
  readonly onCommand?: (command: string, nth: number) => 'ignored' | undefined;
  /** Each write ends with -ENOSPC. */
  readonly isFull?: boolean;
  /** What the store keeps in place of what was written. */
  readonly store?: (name: string, value: Uint8Array) => Uint8Array;
  /** A log line before every third prompt. */
  readonly isChatty?: boolean;
}

export interface ZephyrOptions {
  /** Hex digits of the device id. */
  readonly deviceId?: string;
  readonly bootMs?: number;
  /** `settings write <name> <hex>` alone, as before the type could be given. */
  readonly isOld?: boolean;
  /** CONFIG_SHELL_CMD_BUFF_SIZE. */
  readonly bufferSize?: number;
  readonly faults?: ZephyrFaults;
}

const RED = '\x1b[1;31m';
const GREEN = '\x1b[1;32m';
const PLAIN = '\x1b[m';
const ENOSPC = -28;
const CTRL_C = '\x03';

export class ZephyrShell implements Console {
  readonly #options: ZephyrOptions;
  readonly #settings = new Map<string, Uint8Array>();
  faults: ZephyrFaults;
  boots = 0;
  #send: (bytes: Uint8Array) => void = () => {};
  #isOn = false;
  #life = 0;
  #echo = true;
  #colors = true;
  #line = '';
  #last = '';
  #commands = 0;
  #prompts = 0;

  constructor(options: ZephyrOptions = {}) {
    this.#options = options;
    this.faults = options.faults ?? {};
  }

  /** What is stored under a subtree, as text. */
  values(subtree: string): Readonly<Record<string, string>> {
    const prefix = `${subtree}/`;
    const mine = [...this.#settings].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(
      mine.map(([name, value]) => [name.slice(prefix.length), Buffer.from(value).toString('utf8')]),
    );
  }

  get echoes(): boolean {
    return this.#echo;
  }

  power(send: (bytes: Uint8Array) => void): void {
    const life = ++this.#life;
    this.#send = send;
    this.#echo = true;
    this.#colors = true;
    this.#line = '';
    setTimeout(() => {
      if (life !== this.#life) return;
      this.#isOn = true;
      this.boots++;
      this.#say('*** Booting Zephyr OS build v3.7.0 ***\r\n\r\n\r\n');
      this.#prompt();
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
    for (const character of Buffer.from(bytes).toString('latin1')) if (this.#isOn) this.#take(character);
  }

  #take(character: string): void {
    if (character === '\r' || character === '\n') {
      const isSecondOfPair = character === '\n' && this.#last === '\r';
      this.#last = character;
      if (isSecondOfPair) return;
      const line = this.#line.trim();
      this.#line = '';
      this.#say('\r\n');
      if (line !== '' && this.faults.onCommand?.(line, ++this.#commands) === 'ignored') return;
      if (line !== '') this.#hear(line);
      if (this.#isOn) this.#prompt();
      return;
    }
    this.#last = character;
    if (character === CTRL_C) {
      this.#line = '';
      this.#say('\r\n');
      return this.#prompt();
    }
    if (character < ' ' || this.#line.length >= (this.#options.bufferSize ?? 256) - 1) return;
    this.#line += character;
    if (this.#echo) this.#say(character);
  }

  #hear(line: string): void {
    const words = line.split(/ +/);
    const [root = '', command = '', ...rest] = words;
    switch (`${root} ${command}`) {
      case 'shell echo':
        this.#echo = rest[0] !== 'off';
        return;
      case 'shell colors':
        this.#colors = rest[0] !== 'off';
        return;
      case 'hwinfo devid': {
        const id = this.#options.deviceId ?? 'a1b2c3d4e5f60718';
        return this.#say(`Length: ${id.length / 2}\r\nID: 0x${id}\r\n`);
      }
      case 'kernel version':
        return this.#say('Zephyr version 3.7.0\r\n');
      case 'kernel reboot': {
        const send = this.#send;
        this.cutPower();
        setTimeout(() => this.power(send), 2);
        return;
      }
      case 'settings write':
        return this.#write(rest);
      case 'settings read':
        return this.#read(rest);
      case 'settings delete':
        this.#settings.delete(rest[0] ?? '');
        return;
      default:
        return this.#fail(`${root}: command not found`);
    }
  }

  #write(words: readonly string[]): void {
    const [name = '', hex = ''] = this.#options.isOld !== true && words[0] === 'hex' ? words.slice(1) : words;
    if (words.length < 2 || words.length > (this.#options.isOld === true ? 2 : 3)) {
      return this.#fail('write: wrong parameter count');
    }
    const most = (this.#options.bufferSize ?? 256) / 2;
    if (!/^(?:[0-9a-fA-F]{2})+$/.test(hex) || hex.length / 2 > most)
      return this.#fail('Failed to parse hex value');
    if (this.faults.isFull === true) return this.#fail(`Failed to write setting: ${ENOSPC}`);
    const value = Uint8Array.from(Buffer.from(hex, 'hex'));
    this.#settings.set(name, this.faults.store?.(name, value) ?? value);
  }

  #read(words: readonly string[]): void {
    const name = this.#options.isOld !== true && words[0] === 'hex' ? words[1] : words[0];
    const value = this.#settings.get(name ?? '');
    if (value === undefined) return this.#fail('Setting not found');
    for (let at = 0; at < value.length; at += 16)
      this.#say(`${dumpLine(at, value.subarray(at, at + 16))}\r\n`);
  }

  #prompt(): void {
    const text = this.#colors ? `${GREEN}uart:~$ ${PLAIN}` : 'uart:~$ ';
    this.#say(text);
    if (this.faults.isChatty !== true || ++this.#prompts % 3 !== 0) return;
    this.#say(
      `\x1b[8D\x1b[J[00:00:0${this.#prompts % 10}.250,000] <inf> app: tick ${this.#prompts}\r\n${text}`,
    );
  }

  #fail(text: string): void {
    this.#say(this.#colors ? `${RED}${text}\r\n${PLAIN}` : `${text}\r\n`);
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}

/** Two groups of eight, then the same as characters. */
function dumpLine(offset: number, bytes: Uint8Array): string {
  const column = (show: (byte: number | undefined) => string) =>
    [0, 8].map((from) => Array.from({ length: 8 }, (_, at) => show(bytes[from + at])).join('')).join(' ');
  const digits = column((byte) => (byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `));
  const characters = column((byte) => {
    if (byte === undefined) return ' ';
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  });
  return `${offset.toString(16).padStart(8, '0').toUpperCase()}: ${digits}|${characters}|`;
}
