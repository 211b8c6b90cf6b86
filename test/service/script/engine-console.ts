/**
 * The invented console of docs/profiles.md; the page's own example is its profile, so that what the page says is what runs. What it says besides can be made as hostile as a test wants.
 * Must not: share code with the engine.
 */
import type { UnitLine } from '../../../electron/simulator/units/unit-line.ts';

export interface AcmeFaults {
  /** What is said in place of the answer to a command; undefined: the answer. */
  readonly answer?: (command: string, usual: string) => string | undefined;
  /** Said before each answer. */
  readonly chatter?: string;
}

export class AcmeConsole {
  readonly line: UnitLine;
  readonly stored = new Map<string, string>();
  readonly commands: string[] = [];
  faults: AcmeFaults;
  boots = 1;
  /** How often a storm has said its text. */
  gusts = 0;
  #input = '';
  #timer: NodeJS.Timeout | undefined;
  readonly #id: string;

  constructor({ line, id, faults = {} }: { line: UnitLine; id: string; faults?: AcmeFaults }) {
    this.line = line;
    this.#id = id;
    this.faults = faults;
    line.onReceive((bytes) => this.#hear(Buffer.from(bytes).toString('latin1')));
  }

  say(text: string): void {
    this.line.send(Buffer.from(text, 'latin1'));
  }

  /** Says `text` over and over, as fast as others let it. */
  storm(text: string): void {
    clearTimeout(this.#timer);
    this.gusts += 1;
    this.say(text);
    this.#timer = setTimeout(() => this.storm(text), 0);
  }

  calm(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    this.calm();
    this.line.close();
  }

  #hear(text: string): void {
    this.#input += text;
    const lines = this.#input.split('\r\n');
    this.#input = lines.pop() ?? '';
    for (const line of lines) this.#obey(line);
  }

  #obey(command: string): void {
    this.commands.push(command);
    const usual = this.#answer(command);
    const said = this.faults.answer === undefined ? usual : this.faults.answer(command, usual);
    if (said !== undefined) this.say(`${this.faults.chatter ?? ''}${said}`);
  }

  #answer(command: string): string {
    const [verb = '', name = '', value = ''] = command.split(' ');
    switch (verb) {
      case '':
        return '\r\n> ';
      case 'id':
        return `id=${this.#id} fw=2.1.0\r\n> `;
      case 'get': {
        const hex = this.stored.get(name);
        return hex === undefined ? 'not found\r\n> ' : `hex ${hex}\r\n> `;
      }
      case 'put':
        this.stored.set(name, value);
        return 'ok\r\n> ';
      case 'del':
        this.stored.delete(name);
        return 'ok\r\n> ';
      case 'sync':
        return 'ok\r\n> ';
      case 'reboot':
        this.boots += 1;
        return 'ACME boot 2.1.0\r\n> ';
      default:
        return 'unknown command\r\n> ';
    }
  }
}
