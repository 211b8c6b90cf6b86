/**
 * The station and the training bench as utility processes of Electron. Must not: know what is said to them.
 * UV_THREADPOOL_SIZE is given with the environment: the pool is made before a process's first line runs.
 */
import { join } from 'node:path';
import { type UtilityProcess, utilityProcess } from 'electron';
import type { FromStation, StationChild, ToStation } from '../hosts/station-channel.ts';
import type { FromTraining, ToTraining, TrainingChild } from '../hosts/training-channel.ts';

/** `dir` is where the built station.js is. Only after Electron is ready. */
export function startStation(dir: string): StationChild {
  const child = fork(join(dir, 'station.js'), 'Keybench station');
  return {
    ...channel<FromStation, ToStation>(child),
    // The station ignores SIGTERM, which is all that Electron's kill sends.
    kill: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

/** Its kill lets the bench take its ports away. */
export function startTrainingBench(dir: string): TrainingChild {
  const child = fork(join(dir, 'training.js'), 'Keybench training');
  return { ...channel<FromTraining, ToTraining>(child), kill: () => void child.kill() };
}

function fork(path: string, serviceName: string): UtilityProcess {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '64' };
  return utilityProcess.fork(path, [], { serviceName, env, stdio: 'inherit' });
}

function channel<In, Out>(child: UtilityProcess) {
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  return {
    send: (message: Out) => {
      if (!isGone) child.postMessage(message);
    },
    onMessage: (listener: (message: In) => void) => void child.on('message', listener),
    onExit: (listener: () => void) => void child.once('exit', listener),
  };
}
