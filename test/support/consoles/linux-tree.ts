/**
 * The file system of a Linux device under test: a private directory with the device's own programs. What would reach the machine that
 * the test runs on (reboot, sync, dmesg) are small programs in the device's path.
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
import { findSecretInDir } from '../canary.ts';

const CREDENTIAL = 'data/keybench/credential.json';
const REBOOTS = 'run/reboot';
const APPLETS = (
  'awk base64 cat chmod cut dirname echo grep head id kill ln ls mkdir mv printf rm sed sha256sum sleep stat stty test ' +
  'touch tr uname wc'
).split(' ');

export interface TreeOptions {
  readonly machineId: string;
  /** The whole world of the device is this busybox; otherwise it is the machine's own. */
  readonly busybox: string | undefined;
  /** An applet that the device does not have. */
  readonly without: string | undefined;
}

/** Where the machine keeps busybox; undefined where it does not. */
export function busyboxPath(): string | undefined {
  const { status, stdout } = spawnSync('which', ['busybox'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export class LinuxTree {
  readonly root = mkdtempSync(join(tmpdir(), 'keybench-linux-'));

  constructor({ machineId, busybox, without }: TreeOptions) {
    for (const folder of ['bin', 'etc', 'run', 'data', 'home']) mkdirSync(this.at(folder));
    writeFileSync(this.at('etc/machine-id'), `${machineId}\n`);
    if (busybox !== undefined) {
      for (const applet of APPLETS) if (applet !== without) symlinkSync(busybox, this.at(`bin/${applet}`));
    }
    this.program('reboot', this.rebootScript);
    this.program('sync', `echo >>"${this.at('run/sync')}"`);
    this.program('dmesg', `echo "$@" >>"${this.at('run/dmesg')}"`);
  }

  /** What the profile is told about these devices: places as seen from where a login begins. */
  readonly settings: Readonly<Record<string, string>> = {
    path: `../${CREDENTIAL}`,
    idFile: '../etc/machine-id',
    bootFile: '../run/boot_id',
  };

  at(path: string): string {
    return join(this.root, path);
  }

  get credentialPath(): string {
    return this.at(CREDENTIAL);
  }

  /** What `reboot` does here: the shell ends at once, and the console notices why. */
  get rebootScript(): string {
    return `echo >>"${this.at(REBOOTS)}"; kill -9 "$PPID"`;
  }

  /** A program in the device's path, in place of one of the same name: a shell script's text. */
  program(name: string, text: string): void {
    const path = this.at(`bin/${name}`);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
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
    return existsSync(this.at('run/sync'));
  }

  /** The kernel was told to keep its messages off the console. */
  get isQuietened(): boolean {
    return existsSync(this.at('run/dmesg'));
  }

  /** Files in which the record's password or secret is found, but the one where it belongs. */
  filesBeside(): string[] {
    const { password, deviceAccessKeySecret } = this.record ?? {};
    const found = findSecretInDir(String(password ?? deviceAccessKeySecret), this.root);
    return found.filter((place) => !place.endsWith(this.credentialPath));
  }

  /** Another start of the kernel. */
  boot(): void {
    rmSync(this.at('run/dmesg'), { force: true });
    writeFileSync(this.at('run/boot_id'), `${randomUUID()}\n`);
  }

  /** Whether a reboot was asked for since this was asked last. */
  takeReboot(): boolean {
    const isAsked = existsSync(this.at(REBOOTS));
    rmSync(this.at(REBOOTS), { force: true });
    return isAsked;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
