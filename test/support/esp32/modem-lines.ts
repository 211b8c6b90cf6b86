/**
 * Modem lines between another process and emulated chips on pseudo-terminals: builds the preloaded shim with the system's C
 * compiler, and listens to it. Without a compiler the tests that need it are skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { PtyLine } from '../../../electron/simulator/units/pty-line.ts';

/** Whether the shim can be built and preloaded here. */
export const hasModemShim =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

export interface WiredChip {
  readonly chip: EmulatedEsp32;
  readonly line: Pick<PtyLine, 'path'>;
}

export interface ModemLines {
  /** What the process under test is to have in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Chips that come later. */
  add(wired: WiredChip): void;
  close(): void;
}

export async function openModemLines(chips: readonly WiredChip[] = []): Promise<ModemLines> {
  const home = mkdtempSync(join(tmpdir(), 'keybench-modem-'));
  const library = join(home, 'modem-shim.so');
  const source = join(import.meta.dirname, 'modem-shim.c');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the shim does not build: ${built.stderr}`);
  const wired = [...chips];
  const socketPath = join(home, 'socket');
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
    serve(socket, (path) => wired.find(({ line }) => leadsTo(line.path, path))?.chip);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    env: { LD_PRELOAD: library, KEYBENCH_MODEM_SOCKET: socketPath },
    add: (next) => void wired.push(next),
    close() {
      for (const socket of connections) socket.destroy();
      server.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Which connection a chip's bridge belongs to: the one that opened it last. */
const owners = new WeakMap<EmulatedEsp32, Socket>();

function serve(socket: Socket, chipAt: (path: string) => EmulatedEsp32 | undefined): void {
  let chip: EmulatedEsp32 | undefined;
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [word = '', first = '', second = ''] = line.split(' ');
      if (word === 'open') {
        chip = chipAt(first);
        if (chip !== undefined) owners.set(chip, socket);
        chip?.setSignals({ dtr: true, rts: true });
      } else if (chip !== undefined && owners.get(chip) === socket) {
        if (word === 'signals') chip.setSignals({ dtr: first === '1', rts: second === '1' });
        else if (word === 'rate') chip.uart.stationRate = Number(first);
      }
      socket.write('.');
    }
  });
  socket.on('close', () => {
    if (chip === undefined || owners.get(chip) !== socket) return;
    owners.delete(chip);
    chip.setSignals({ dtr: false, rts: false });
  });
}

function leadsTo(link: string, path: string): boolean {
  return existsSync(link) && realpathSync(link) === path;
}
