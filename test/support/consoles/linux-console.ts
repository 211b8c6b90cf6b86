/**
 * A Linux device's serial console: a real shell (bash, or busybox's ash with its own applets) on a pseudo-terminal of its own,
 * behind a stand-in for getty and login; its file system is a private directory. What would reach the machine that the test
 * runs on (reboot, sync, dmesg) are small programs in the device's own path.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import type { Console } from '../../../electron/simulator/consoles/console-unit.ts';
import { findSecretInDir } from '../canary.ts';

export const SHELLS = ['busybox', 'bash'] as const;
export type ShellName = (typeof SHELLS)[number];
export const PASSWORD = 'Fac-tory.7!';

export interface LinuxOptions {
  readonly shell: ShellName;
  readonly machineId?: string;
  readonly bootMs?: number;
  /** The kernel prints to the console, until `dmesg -n 1`, or for ever where the user may not. */
  readonly kernelNoise?: 'until dmesg' | 'for ever';
  /** A program in place of the one of this name in the device's path: a shell script's text. */
  readonly programs?: Readonly<Record<string, string>>;
  /** The device's file system is a small one in memory, full or read-only; only where a user may mount. */
  readonly mount?: 'full' | 'read-only';
}

/** Which of the shells this machine has. */
export function hasShell(shell: ShellName): boolean {
  if (process.platform !== 'linux') return false;
  return spawnSync(shell, shell === 'bash' ? ['--version'] : ['true'], { stdio: 'ignore' }).status === 0;
}

/** Whether a user may mount a file system of its own here. */
export function canMount(): boolean {
  return (
    spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0
  );
}

const CREDENTIAL = 'data/keybench/credential.json';
const CTRL_U = '\x15';
const APPLETS = [
  'awk',
  'base64',
  'cat',
  'cut',
  'dirname',
  'echo',
  'head',
  'ls',
  'mkdir',
  'mv',
  'rm',
  'sha256sum',
  'sleep',
];
const MORE_APPLETS = [
  'printf',
  'stty',
  'tr',
  'uname',
  'wc',
  'ln',
  'touch',
  'chmod',
  'test',
  'kill',
  'grep',
  'sed',
  'id',
  'stat',
];

export class LinuxConsole implements Console {
  /** The device's file system. */
  readonly root: string;
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
    this.root = mkdtempSync(join(tmpdir(), 'keybench-linux-'));
    for (const folder of ['bin', 'etc', 'run', 'data', 'home']) mkdirSync(join(this.root, folder));
    writeFileSync(
      join(this.root, 'etc/machine-id'),
      `${options.machineId ?? 'b08dfa6083e7567a1921a715000001fb'}\n`,
    );
    if (options.shell === 'busybox') {
      const busybox = spawnSync('which', ['busybox'], { encoding: 'utf8' }).stdout.trim();
      for (const applet of [...APPLETS, ...MORE_APPLETS])
        symlinkSync(busybox, join(this.root, 'bin', applet));
    }
    this.#program('reboot', `echo >> "${this.root}/run/reboot"; kill -9 "$PPID"`);
    this.#program('sync', `echo >> "${this.root}/run/sync"`);
    this.#program('dmesg', `echo "$@" >> "${this.root}/run/dmesg"`);
    for (const [name, text] of Object.entries(options.programs ?? {})) this.#program(name, text);
  }

  /** What the profile is told about these devices: places as seen from where a login begins. */
  readonly settings: Readonly<Record<string, string>> = {
    path: `../${CREDENTIAL}`,
    idFile: '../etc/machine-id',
    bootFile: '../run/boot_id',
  };

  get credentialPath(): string {
    return join(this.root, CREDENTIAL);
  }

  /** The file that was written, or undefined. */
  get record(): Readonly<Record<string, unknown>> | undefined {
    if (!existsSync(this.credentialPath)) return undefined;
    return JSON.parse(readFileSync(this.credentialPath, 'utf8')) as Record<string, unknown>;
  }

  get mode(): number {
    return statSync(this.credentialPath).mode & 0o7777;
  }

  get wasSynced(): boolean {
    return existsSync(join(this.root, 'run/sync'));
  }

  /** Files in which the record's password or secret is found, but the one where it belongs. */
  filesBeside(): string[] {
    const { password, deviceAccessKeySecret } = this.record ?? {};
    const found = findSecretInDir(String(password ?? deviceAccessKeySecret), this.root);
    return found.filter((place) => !place.endsWith(this.credentialPath));
  }

  /** Another program in the device's path from now on. */
  replace(name: string, script: string): void {
    this.#program(name, script);
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
    rmSync(this.root, { recursive: true, force: true });
  }

  #boot(): void {
    const life = ++this.#life;
    this.#state = 'booting';
    rmSync(join(this.root, 'run/dmesg'), { force: true });
    writeFileSync(join(this.root, 'run/boot_id'), `${randomUUID()}\n`);
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
    const inner = name === 'bash' ? ['bash', '--norc', '--noprofile', '-i'] : ['busybox', 'sh', '-i'];
    const data = join(this.root, 'data');
    const small = (options: string) => `mount -t tmpfs -o ${options} none ${data}`;
    const prepared = {
      full: `${small('size=16k')} && { cat /dev/zero >${data}/fill 2>/dev/null; true; }`,
      'read-only': small('ro'),
    };
    const [file, args] =
      mount === undefined
        ? [inner[0], inner.slice(1)]
        : ['unshare', ['-rm', 'sh', '-c', `${prepared[mount]}; exec "$@"`, 'sh', ...inner]];
    const own = join(this.root, 'bin');
    const shell = spawn(file ?? '', args, {
      cwd: join(this.root, 'home'),
      cols: 80,
      encoding: null,
      env: {
        HOME: join(this.root, 'home'),
        PATH:
          name === 'bash' || mount !== undefined
            ? `${own}:/usr/bin:/bin:/usr/sbin:/sbin`
            : `${own}:/usr/bin:/bin`,
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
      if (!existsSync(join(this.root, 'run/reboot'))) return this.#greet();
      rmSync(join(this.root, 'run/reboot'));
      clearInterval(this.#noise);
      this.#boot();
    });
  }

  /** A line of the kernel at any moment. */
  #makeNoise(): void {
    let seconds = 1;
    this.#noise = setInterval(() => {
      const isQuiet = existsSync(join(this.root, 'run/dmesg')) && this.#options.kernelNoise === 'until dmesg';
      seconds += 0.07;
      if (!isQuiet) this.#say(`[${seconds.toFixed(6).padStart(12)}] usb 1-1: new high-speed USB device\r\n`);
    }, 70);
  }

  #program(name: string, text: string): void {
    const path = join(this.root, 'bin', name);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  #say(text: string): void {
    this.#send(Buffer.from(text, 'latin1'));
  }
}
