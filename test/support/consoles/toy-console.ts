/**
 * An invented device, for a profile that no one of the project wrote: a thermostat whose console keeps values under names, in
 * base64, behind a PIN. It shares nothing with the consoles that profiles ship for.
 */
import type { Console } from '../../../electron/simulator/consoles/console-unit.ts';

export class ToyConsole implements Console {
  readonly values = new Map<string, string>();
  readonly #serial: string;
  #send: (bytes: Uint8Array) => void = () => {};
  #isOpen = false;
  #line = '';
  starts = 0;

  constructor({ serial }: { readonly serial: string }) {
    this.#serial = serial;
  }

  power(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.#isOpen = false;
    this.#line = '';
    this.starts++;
    this.#say('ACME THERMOSTAT 7\nselftest ok\nPIN?');
  }

  receive(bytes: Uint8Array): void {
    for (const character of Buffer.from(bytes).toString('latin1')) {
      if (character !== '\n') this.#line += character;
      else {
        const line = this.#line;
        this.#line = '';
        this.#say(this.#answer(line));
      }
    }
  }

  cutPower(): void {
    this.#isOpen = false;
  }

  close(): void {}

  #answer(line: string): string {
    if (!this.#isOpen) {
      this.#isOpen = line === '4711';
      return this.#isOpen ? 'welcome\nacme>' : 'PIN?';
    }
    const [verb = '', name = '', value = ''] = line.split(' ');
    switch (verb) {
      case '':
        return 'acme>';
      case 'who':
        return `serial <${this.#serial}> rev <7.1> start <${this.starts}>\nacme>`;
      case 'show':
        return `${this.values.has(name) ? `<${this.values.get(name)}>` : 'nothing'}\nacme>`;
      case 'keep':
        this.values.set(name, value);
        return 'kept\nacme>';
      case 'forget':
        this.values.delete(name);
        return 'forgotten\nacme>';
      case 'restart':
        setTimeout(() => this.power(this.#send), 5);
        return '';
      default:
        return 'eh?\nacme>';
    }
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}
