/** Processes of ours as children of a Node host, over the child's channel. Must not: hand on an AccessKey by environment. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { FromStation, StationChild } from './station-channel.ts';
import type { FromTraining, TrainingChild } from './training-channel.ts';

/** `dir` is where the built station.js is. */
export function forkStation(dir: string): StationChild {
  return forkChild<FromStation, Parameters<StationChild['send']>[0]>(join(dir, 'station.js'));
}

export function forkTraining(dir: string): TrainingChild {
  return forkChild<FromTraining, Parameters<TrainingChild['send']>[0]>(join(dir, 'training.js'));
}

function forkChild<In, Out extends object>(path: string) {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '64' };
  const child = fork(path, [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  // A channel that breaks while a message is on its way is told by the exit that follows.
  child.on('error', () => undefined);
  return {
    send: (message: Out) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (listener: (message: In) => void) =>
      void child.on('message', (message) => listener(message as In)),
    onExit: (listener: () => void) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
