/**
 * One life of the device end in C: its process, and our end of its pseudo-terminal. Must not: look into what passes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ReadStream } from 'node:tty';

export const FIRMWARE = resolve(import.meta.dirname, '../../firmware');
const PROGRAM = resolve(FIRMWARE, 'build/keybench-unit');
/** The exit status of a power cut that was asked for. */
const POWER_FAILED = 3;

export interface LifeEvents {
  onBytes(bytes: Uint8Array): void;
  /** Its port is there, for the first time or again. */
  onPort(): void;
  onPortGone(): void;
  /** The firmware has started, for the first time or again. */
  onBoot(): void;
  /** Power failed at the flash operation that was asked for. */
  onPowerFailed(): void;
  /** The program ended otherwise, and nobody had asked it to. */
  onBroken(words: string): void;
}

export class Life {
  /** Resolves when the process is gone, and its flash file with it at rest. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #events: LifeEvents;
  #port: ReadStream | undefined;
  #isEnding = false;
  #operations = 0;

  constructor({ args, events }: { args: readonly string[]; events: LifeEvents }) {
    this.#events = events;
    this.#child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.#child;
    let words = '';
    stderr?.on('data', (bytes: Buffer) => {
      words += bytes.toString('utf8');
    });
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => this.#said(line));
    this.gone = new Promise((settle) => {
      this.#child.on('error', (error) => events.onBroken(error.message));
      this.#child.on('close', (status) => {
        this.#drop();
        settle();
        if (this.#isEnding) return;
        if (status === POWER_FAILED) events.onPowerFailed();
        else events.onBroken(`the device end ended with ${status}: ${words}`);
      });
    });
  }

  write(bytes: Uint8Array): void {
    this.#port?.write(bytes);
  }

  /** Power is gone, without a word. */
  cut(): void {
    this.#isEnding = true;
    this.#drop();
    this.#child.kill('SIGKILL');
  }

  /** Ends it in order; its flash operations. */
  async end(): Promise<number> {
    this.#isEnding = true;
    this.#child.kill('SIGTERM');
    await this.gone;
    return this.#operations;
  }

  #said(line: string): void {
    const [word, value = ''] = line.split(' ');
    if (word === 'operations') this.#operations = Number(value);
    else if (this.#isEnding) return;
    else if (word === 'boot') this.#events.onBoot();
    else this.#open(value);
  }

  #open(path: string): void {
    const port = openPort(path);
    if (port === undefined) return;
    const isGone = () => {
      if (this.#port !== port) return;
      this.#drop();
      this.#events.onPortGone();
    };
    port.on('data', (bytes: Buffer) => {
      if (this.#port === port) this.#events.onBytes(bytes);
    });
    port.on('error', isGone);
    port.on('end', isGone);
    this.#port = port;
    this.#events.onPort();
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.destroy();
  }
}

/** Undefined: it is gone already, as its process will tell. */
function openPort(path: string): ReadStream | undefined {
  try {
    return new ReadStream(openSync(path, constants.O_RDWR | constants.O_NOCTTY));
  } catch {
    return undefined;
  }
}
