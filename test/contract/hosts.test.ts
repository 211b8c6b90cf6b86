/** The contract over memory (the station in this process, its units on local sockets, as where there are no pseudo-terminals) and over the loopback server of the built command line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Push, Reply } from '../../electron/contract/envelope.ts';
import { createMemoryVault } from '../../electron/hosts/access-vault.ts';
import { accessView, createHostBackend } from '../../electron/hosts/host-backend.ts';
import type { FromStation, ToStation } from '../../electron/hosts/station-channel.ts';
import { StationHost } from '../../electron/hosts/station-host.ts';
import { serveStation } from '../../electron/hosts/station-process.ts';
import { TRAINING_ACCESS } from '../../electron/hosts/training-host.ts';
import { createTrainingBench } from '../../electron/simulator/training/training-bench.ts';
import { start } from '../support/keybench.ts';
import { connectSocket } from '../support/socket-transport.ts';
import { contractSuite, type HostUnderTest } from './suite.ts';

async function memoryHost(): Promise<HostUnderTest> {
  const bench = await createTrainingBench({ units: 3, hasTerminals: false });
  const dir = mkdtempSync(join(tmpdir(), 'keybench-contract-'));
  const station = new StationHost({
    spawn: () => {
      const toStation = new Set<(message: ToStation) => void>();
      const fromStation = new Set<(message: FromStation) => void>();
      let onExit: () => void = () => undefined;
      const clone = <T>(message: T): T => structuredClone(message);
      serveStation(
        {
          send: (message) => fromStation.forEach((listener) => void listener(clone(message))),
          onMessage: (listener) => void toStation.add(listener),
          onClose: () => undefined,
        },
        () => onExit(),
      );
      return {
        send: (message) => toStation.forEach((listener) => void listener(clone(message))),
        onMessage: (listener) => void fromStation.add(listener),
        onExit: (listener) => {
          const before = onExit;
          onExit = () => {
            before();
            listener();
          };
        },
        kill: () => onExit(),
      };
    },
    options: {
      mode: 'training',
      version: 'test',
      ledgerPath: join(dir, 'keybench.db'),
      settingsPath: join(dir, 'settings.json'),
      ports: bench.ports,
      onlyNamedPorts: true,
      access: TRAINING_ACCESS,
      accessView: accessView('training', TRAINING_ACCESS, false),
      order: { fileName: 'training.yaml', text: bench.orderText },
    },
  });
  await station.start();
  const backend = createHostBackend({ station, vault: createMemoryVault() });
  let nextId = 1;
  return {
    connect: async () => ({
      request: ({ command, input }): Promise<Reply> => backend.request({ id: nextId++, command, input }),
      subscribe: (listener: (push: Push) => void) => backend.subscribe(listener),
      close: () => undefined,
    }),
    async close() {
      await station.close();
      await bench.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function loopbackHost(): Promise<HostUnderTest> {
  const running = start(['train', '--no-open', '--units', '3'], { env: {} });
  const url = new URL(await running.url);
  const token = url.searchParams.get('token') ?? '';
  return {
    connect: () => connectSocket(`ws://${url.host}/socket?token=${token}`, { origin: url.origin }),
    async close() {
      running.child.kill('SIGTERM');
      await running.ended;
    },
  };
}

contractSuite('memory', memoryHost);
contractSuite('WebSocket', loopbackHost);
