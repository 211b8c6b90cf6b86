/**
 * A unit's line as a pseudo-terminal: the station opens it with serialport like any port. A symbolic link is the port's
 * lasting name; it is re-pointed when the port comes back under another name.
 * Must not: be loaded where there are no pseudo-terminals; the package is asked for when a line is made.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReadStream } from 'node:tty';
import type { UnitLine } from './unit-line.ts';

/** What `open()` of the package gives; its own types leave this out. */
interface PseudoTerminal {
  readonly ptsName: string;
  readonly master: ReadStream;
  readonly slave: ReadStream;
}

interface Plugged {
  readonly path: string;
  readonly master: ReadStream;
  /** Open on the station's end, so that the pair lives while no station has it open. */
  readonly keeper: number;
}

/** Two that are opened one after the other have numbers at most so far apart. */
const DESCRIPTORS_APART = 64;
/** Bytes that wait for a station to take them; a UART would not even keep these. */
const UNTAKEN_MAX = 4096;

export interface PtyLine extends UnitLine {
  /** The lasting name, for `--ports`. */
  readonly path: string;
  /** The unit takes no bytes from now on, as one that hangs with its flow control on. */
  pause(): void;
}

/** `link`: where the symbolic link is to be; by default in a directory of its own under the system's temporary one. */
export async function createPtyLine({ link }: { link?: string } = {}): Promise<PtyLine> {
  const home = link === undefined ? mkdtempSync(join(tmpdir(), 'keybench-unit-')) : undefined;
  const path = link ?? join(home ?? '', 'port');
  let plugged: Plugged | undefined;
  /** Changes with each plugging and unplugging, so that one that was overtaken comes to nothing. */
  let turn = 0;
  let lastName = '';
  let listener: (bytes: Uint8Array) => void = () => {};

  async function plug({ renamed = false } = {}): Promise<void> {
    unplug();
    const mine = turn;
    const made = renamed ? await openPairOtherThan(lastName) : await openPair();
    if (mine !== turn) return release(made);
    plugged = made;
    lastName = made.path;
    made.master.on('data', (bytes: Buffer) => listener(bytes));
    point(path, made.path);
  }

  function unplug(): void {
    turn++;
    if (plugged === undefined) return;
    rmSync(path, { force: true });
    release(plugged);
    plugged = undefined;
  }

  await plug();
  return {
    path,
    plug,
    unplug,
    pause() {
      plugged?.master.pause();
    },
    send(bytes) {
      const master = plugged?.master;
      if (master !== undefined && master.writableLength < UNTAKEN_MAX) master.write(bytes);
    },
    onReceive(next) {
      listener = next;
    },
    close() {
      unplug();
      if (home !== undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The system likes to give the name that became free last: then the one after it is taken. */
async function openPairOtherThan(name: string): Promise<Plugged> {
  const made = await openPair();
  if (made.path !== name) return made;
  const next = await openPair();
  release(made);
  return next;
}

/** The package starts a reader of its own at the station's end, which takes bytes away: it is stopped. */
async function openPair(): Promise<Plugged> {
  const package_: unknown = await import('@lydell/node-pty');
  const { open } = package_ as { open(options: { encoding: null }): PseudoTerminal };
  const { ptsName, master, slave } = open({ encoding: null });
  const keeper = leftOpen(ptsName, slave) ?? openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  slave.on('error', () => {});
  master.on('error', () => {});
  slave.destroy();
  await makeRaw(keeper);
  return { path: ptsName, master, keeper };
}

/**
 * The system's library opens the station's end once more for the package's reader, and nobody would ever close the first
 * one: it keeps the pair.
 */
function leftOpen(ptsName: string, reader: ReadStream): number | undefined {
  const { rdev } = statSync(ptsName);
  const { fd: own = -1 } = (reader as { _handle?: { fd?: number } })._handle ?? {};
  for (let fd = 3; fd < own + DESCRIPTORS_APART; fd += 1) {
    if (fd !== own && deviceOf(fd) === rdev) return fd;
  }
  return undefined;
}

function deviceOf(fd: number): number | undefined {
  try {
    const status = fstatSync(fd);
    return status.isCharacterDevice() ? status.rdev : undefined;
  } catch {
    return undefined;
  }
}

function release({ keeper, master }: Plugged): void {
  closeSync(keeper);
  master.destroy();
}

/** Until a station opens the port, the pair would echo what the unit prints back to it. */
function makeRaw(terminal: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stty = spawn('stty', ['raw', '-echo'], { stdio: [terminal, 'ignore', 'ignore'] });
    stty.on('error', reject);
    stty.on('exit', (status) => (status === 0 ? resolve() : reject(new Error(`stty ended with ${status}`))));
  });
}

/** Re-points a symbolic link in one step. */
function point(link: string, target: string): void {
  const next = join(dirname(link), `.${process.pid}-${Math.random().toString(36).slice(2)}`);
  symlinkSync(target, next);
  renameSync(next, link);
}
