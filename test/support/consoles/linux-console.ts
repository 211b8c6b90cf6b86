/**
 * A Linux device's serial console: a real shell (bash, or busybox's ash with its own applets) on a pseudo-terminal of its own,
 * behind a stand-in for getty and login.
 */
import { spawnSync } from 'node:child_process';
import { spawn } from '@lydell/node-pty';
import type { Console } from '../../../electron/simulator/consoles/console-unit.ts';
import { busyboxPath, LinuxTree } from './linux-tree.ts';

export const SHELLS = ['busybox', 'bash'] as const;
export type ShellName = (typeof SHELLS)[number];
export const PASSWORD = 'Fac-tory.7!';

export interface LinuxOptions {
  readonly shell: ShellName;
  readonly machineId?: string;
  readonly bootMs?: number;
  /** The kernel prints to the console, until `dmesg -n 1`, or for ever where the user may not. */
  readonly kernelNoise?: 'until dmesg' | 'for ever';
  /** A program that the device does not have (busybox only). */
  readonly without?: string;
  /** The device's file system is a small one in memory, full or read-only; only where a user may mount. */
  readonly mount?: 'full' | 'read-only';
}

/** Which of the shells this machine has. */
export function hasShell(shell: ShellName): boolean {
  if (process.platform !== 'linux') return false;
  if (shell === 'busybox') return busyboxPath() !== undefined;
  return spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Whether a user may mount a file system of its own here. */
export function canMount(): boolean {
  return (
    spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0
  );
}

const CTRL_U = '\x15';

export class LinuxConsole implements Console {
  readonly tree: LinuxTree;
  readonly #options: LinuxOptions;
  #send: (bytes: Uint8Array) => void = () => {};
  #state: 'off' | 'booting' | 'user' | 'password' | 'shell' = 'off';
  #typed = '';
  #shell: ReturnType<typeof spawn> | undefined;
  #life = 0;
  #noise: NodeJS.Timeout | undefined;
  boots = 0;
  /** How often somebody has logged in. */
  logins = 0;

  constructor(options: LinuxOptions) {
    this.#options = options;
    const { shell, machineId = 'b08dfa6083e7567a1921a715000001fb', without } = options;
    const busybox = shell === 'busybox' ? busyboxPath() : undefined;
    this.tree = new LinuxTree({ machineId, busybox, without });
  }

  get isLoggedIn(): boolean {
    return this.#state === 'shell';
  }

  power(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.#boot();
  }

  receive(bytes: Uint8Array): void {
    if (this.#state === 'shell') this.#shell?.write(Buffer.from(bytes).toString('latin1'));
    else if (this.#state !== 'off' && this.#state !== 'booting') {
      for (const character of Buffer.from(bytes).toString('latin1')) this.#type(character);
    }
  }

  cutPower(): void {
    this.#life++;
    this.#state = 'off';
    clearInterval(this.#noise);
    this.#shell?.kill('SIGKILL');
    this.#shell = undefined;
  }

  close(): void {
    this.cutPower();
    this.tree.remove();
  }

  #boot(): void {
    const life = ++this.#life;
    this.#state = 'booting';
    this.tree.boot();
    this.#say(
      '\r\nU-Boot 2023.04 (Apr 03 2023)\r\n\r\nStarting kernel ...\r\n\r\n[    0.000000] Booting Linux on physical CPU 0x0\r\n',
    );
    setTimeout(() => {
      if (life !== this.#life) return;
      this.boots++;
      this.#greet();
      if (this.#options.kernelNoise !== undefined) this.#makeNoise();
    }, this.#options.bootMs ?? 1);
  }

  #greet(): void {
    this.#state = 'user';
    this.#typed = '';
    this.#say('\r\nkb-device login: ');
  }

  #type(character: string): void {
    if (character === CTRL_U) {
      this.#typed = '';
      return;
    }
    const isEnd = character === '\r' || character === '\n';
    if (!isEnd) {
      this.#typed += character;
      if (this.#state === 'user') this.#say(character);
      return;
    }
    const typed = this.#typed;
    this.#typed = '';
    this.#say('\r\n');
    if (this.#state === 'user') {
      if (typed === '') return this.#greet();
      this.#state = 'password';
      this.#say('Password: ');
    } else if (typed === PASSWORD) this.#login();
    else {
      this.#say('\r\nLogin incorrect\r\n');
      this.#greet();
    }
  }

  #login(): void {
    const { shell: name, mount } = this.#options;
    const life = this.#life;
    this.#state = 'shell';
    this.logins++;
    this.#say('Linux kb-device 6.1.0 armv7l\r\n\r\n');
    const inner =
      name === 'bash' ? ['bash', '--norc', '--noprofile', '-i'] : [busyboxPath() ?? '', 'sh', '-i'];
    const data = this.tree.at('data');
    const small = (options: string) => `mount -t tmpfs -o ${options} none ${data}`;
    const prepared = {
      full: `${small('size=16k')} && { cat /dev/zero >${data}/fill 2>/dev/null; true; }`,
      'read-only': small('ro'),
    };
    const [file, args] =
      mount === undefined
        ? [inner[0], inner.slice(1)]
        : ['unshare', ['-rm', 'sh', '-c', `${prepared[mount]}; exec "$@"`, 'sh', ...inner]];
    const own = this.tree.at('bin');
    const shell = spawn(file ?? '', args, {
      cwd: this.tree.at('home'),
      cols: 80,
      encoding: null,
      env: {
        HOME: this.tree.at('home'),
        PATH: name === 'bash' || mount !== undefined ? `${own}:/usr/bin:/bin:/usr/sbin:/sbin` : own,
        PS1: name === 'bash' ? 'root@kb-device:~# ' : '~ # ',
        TERM: 'vt100',
        USER: 'root',
      },
    });
    this.#shell = shell;
    shell.onData((data) => {
      if (life === this.#life) this.#send(Buffer.from(data));
    });
    shell.onExit(() => {
      if (life !== this.#life) return;
      this.#shell = undefined;
      if (!this.tree.takeReboot()) return this.#greet();
      clearInterval(this.#noise);
      this.#boot();
    });
  }

  /** A line of the kernel at any moment. */
  #makeNoise(): void {
    let seconds = 1;
    this.#noise = setInterval(() => {
      const isQuiet = this.tree.isQuietened && this.#options.kernelNoise === 'until dmesg';
      seconds += 0.07;
      if (!isQuiet) this.#say(`[${seconds.toFixed(6).padStart(12)}] usb 1-1: new high-speed USB device\r\n`);
    }, 70);
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}
