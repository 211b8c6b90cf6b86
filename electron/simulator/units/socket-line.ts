/**
 * A unit's line as a local socket, for systems without pseudo-terminals: a file (domain/line-file.ts) stands for the port and is
 * there while the unit is plugged in. One station at a time, as a port.
 * Must not: listen on the network.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { lineFileText } from '../../domain/line-file.ts';
import type { UnitLine } from './unit-line.ts';

/** Bytes that wait for a station to take them; a UART would not even keep these. */
const UNTAKEN_MAX = 4096;

/** `file`: where the file that stands for the port is to be. */
export async function createSocketLine(file: string): Promise<UnitLine> {
  let plugged: Server | undefined;
  let station: Socket | undefined;
  /** Changes with each plugging and unplugging, so that one that was overtaken comes to nothing. */
  let turn = 0;
  let listener: (bytes: Uint8Array) => void = () => {};

  function accept(socket: Socket): void {
    socket.on('error', () => {});
    if (station !== undefined) {
      socket.destroy();
      return;
    }
    station = socket;
    socket.on('data', (bytes) => listener(bytes));
    socket.on('close', () => {
      if (station === socket) station = undefined;
    });
  }

  /** Each time under another name: nothing that was sent to the old one arrives. */
  async function plug(): Promise<void> {
    unplug();
    const mine = turn;
    const address = freshAddress(dirname(file));
    const server = createServer(accept);
    await listening(server, address);
    if (mine !== turn) {
      server.close();
      return;
    }
    plugged = server;
    // Written aside and renamed: a station never reads half a file.
    const next = `${file}.${randomBytes(4).toString('hex')}`;
    writeFileSync(next, lineFileText(address));
    renameSync(next, file);
  }

  function unplug(): void {
    turn++;
    rmSync(file, { force: true });
    plugged?.close();
    plugged = undefined;
    station?.destroy();
    station = undefined;
  }

  await plug();
  return {
    plug,
    unplug,
    send(bytes) {
      if (station !== undefined && station.writableLength < UNTAKEN_MAX) station.write(bytes);
    },
    onReceive(next) {
      listener = next;
    },
    close: unplug,
  };
}

/** Short, as a socket's path may have about a hundred characters. */
function freshAddress(dir: string): string {
  const name = randomBytes(6).toString('hex');
  return process.platform === 'win32' ? `\\\\.\\pipe\\keybench-${name}` : join(dir, name);
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.removeListener('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}
