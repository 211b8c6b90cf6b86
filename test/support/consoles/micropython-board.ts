/**
 * A board with MicroPython: the real interpreter, built for WebAssembly, with its own raw REPL; a serial line; and a file system
 * that outlives its power. What the port for WebAssembly lacks is added here: the module `machine` (a unique id, in Python),
 * and the words of a soft reset, which the port leaves to its caller.
 * Its raw-paste mode (ctrl-E A ctrl-A) does not work: it waits for input inside the interpreter and never comes back.
 */
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript';
import type { Console } from '../../../electron/simulator/consoles/console-unit.ts';

export interface MicroPythonOptions {
  /** Hex digits of `machine.unique_id()`. */
  readonly uniqueId?: string;
  readonly bootMs?: number;
  /** What every write to a file fails with: its errno. 28 = no space, 30 = read-only file system. */
  readonly writeErrno?: number;
  /** What the file system keeps in place of what was written to a file. */
  readonly store?: (path: string, bytes: Uint8Array) => Uint8Array;
}

type Interpreter = Awaited<ReturnType<typeof loadMicroPython>>;
const FORCED_EXIT = 0x100;
const SYSTEM = ['dev', 'proc', 'tmp', 'home', 'lib'];

export class MicroPythonBoard implements Console {
  options: MicroPythonOptions;
  readonly #files = new Map<string, Uint8Array>();
  #interpreter: Interpreter | undefined;
  #send: (bytes: Uint8Array) => void = () => {};
  #life = 0;
  #isRaw = false;
  boots = 0;

  constructor(options: MicroPythonOptions = {}) {
    this.options = options;
  }

  /** Nobody has left the raw REPL since it was entered. */
  get isRaw(): boolean {
    return this.#isRaw;
  }

  /** A file as the board's flash holds it, or undefined. */
  file(path: string): string | undefined {
    this.#save();
    const bytes = this.#files.get(path);
    return bytes && Buffer.from(bytes).toString('utf8');
  }

  power(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.#isRaw = false;
    void this.#start(() => this.#interpreter?.replInit());
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const interpreter = this.#interpreter;
      if (interpreter === undefined) return;
      if (byte === 0x01) this.#isRaw = true;
      if (byte === 0x02) this.#isRaw = false;
      if ((interpreter.replProcessChar(byte) & FORCED_EXIT) !== 0) this.#softReset();
    }
  }

  cutPower(): void {
    this.#life++;
    this.#save();
    this.#interpreter = undefined;
  }

  close(): void {
    this.cutPower();
  }

  #softReset(): void {
    this.#save();
    this.#interpreter = undefined;
    this.#say('MPY: soft reboot\r\n');
    const isRaw = this.#isRaw;
    void this.#start(() => {
      const interpreter = this.#interpreter;
      interpreter?.replInit();
      // A board that was in raw mode comes back in it; here it is entered anew, and only the last banner is let out.
      if (isRaw) interpreter?.replProcessChar(0x01);
    }, isRaw);
  }

  async #start(begin: () => void, isQuiet = false): Promise<void> {
    const life = ++this.#life;
    await new Promise((resolve) => setTimeout(resolve, this.options.bootMs ?? 5));
    let isMuted = isQuiet;
    const interpreter = await loadMicroPython({
      linebuffer: false,
      stdout: (data: Uint8Array | number[]) => {
        if (life === this.#life && !isMuted) this.#send(Uint8Array.from(data));
      },
    });
    if (life !== this.#life) return;
    const { FS } = interpreter;
    FS.mkdirTree('/lib');
    const id = (this.options.uniqueId ?? 'e6614c311b7e6f35').replace(/../g, '\\x$&');
    FS.writeFile('/lib/machine.py', `def unique_id():\n    return b'${id}'\n`);
    for (const [path, bytes] of this.#files) FS.writeFile(path, bytes);
    this.#fail(FS);
    this.#interpreter = interpreter;
    this.boots++;
    begin();
    isMuted = false;
    if (isQuiet) this.#say('raw REPL; CTRL-B to exit\r\n>');
  }

  #fail(FS: Interpreter['FS']): void {
    const write = FS.write.bind(FS);
    FS.write = (stream, ...rest) => {
      const { writeErrno } = this.options;
      if (writeErrno !== undefined && stream.path?.startsWith('/dev') !== true)
        throw new FS.ErrnoError(writeErrno);
      return write(stream, ...rest);
    };
  }

  /** What is in the interpreter's file system is what the flash holds. */
  #save(): void {
    const FS = this.#interpreter?.FS;
    if (FS === undefined) return;
    this.#files.clear();
    const names: string[] = FS.readdir('/');
    for (const name of names.filter((name) => !name.startsWith('.') && !SYSTEM.includes(name))) {
      const path = `/${name}`;
      const bytes: Uint8Array = FS.readFile(path);
      this.#files.set(path, this.options.store?.(path, bytes) ?? bytes);
    }
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}
