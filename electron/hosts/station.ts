/**
 * Entry of the station process, for a child of Node and for Electron's utility process alike: whichever channel is there.
 * Must not: do anything before a host speaks.
 */
import type { StationChannel, ToStation } from './station-channel.ts';
import { serveStation } from './station-process.ts';

process.env.UV_THREADPOOL_SIZE ??= '64';

/** Electron gives its utility process a port; Node's child has `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };

const channel: StationChannel =
  parentPort === undefined
    ? {
        send: (message) => void (process.connected && process.send?.(message, () => undefined)),
        onMessage: (listener) => void process.on('message', (message) => listener(message as ToStation)),
        onClose: (listener) => void process.on('disconnect', listener),
      }
    : {
        send: (message) => parentPort.postMessage(message),
        onMessage: (listener) => void parentPort.on('message', ({ data }) => listener(data as ToStation)),
        // Electron ends a utility process with its parent.
        onClose: () => undefined,
      };

// The host decides when a station ends; a Ctrl-C in its terminal reaches the whole group.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
// Electron only warns; a station in an unknown state must end and be started anew.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`station: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
  process.exit(70);
});

serveStation(channel, (status) => process.exit(status));
