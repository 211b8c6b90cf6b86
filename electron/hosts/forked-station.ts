/** The station as a child of a Node host, over the child's channel. Must not: give it the environment's AccessKey. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { FromStation, StationChild } from './station-channel.ts';

/** `dir` is where the built station.js is. */
export function forkStation(dir: string): StationChild {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '64' };
  const child = fork(join(dir, 'station.js'), [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  // A channel that breaks while a message is on its way is told by the exit that follows.
  child.on('error', () => undefined);
  return {
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromStation)),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
