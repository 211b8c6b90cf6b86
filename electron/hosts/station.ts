/**
 * Entry of the station process, for a child of Node and for Electron's utility process alike.
 * Must not: do anything before a host speaks.
 */
import { parentChannel } from './parent-channel.ts';
import type { FromStation, ToStation } from './station-channel.ts';
import { serveStation } from './station-process.ts';

process.env.UV_THREADPOOL_SIZE ??= '64';

// The host decides when a station ends; a Ctrl-C in its terminal reaches the whole group.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
// Electron only warns; a station in an unknown state must end and be started anew.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`station: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
  process.exit(70);
});

serveStation(parentChannel<FromStation, ToStation>(), (status) => process.exit(status));
