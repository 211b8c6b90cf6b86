/**
 * Entry of the training process: cloud, broker and units, apart from the station, so that the station may die and find
 * its units as they were. For a child of Node and for Electron's utility process alike.
 */
import { createTrainingBench, type TrainingBench } from '../simulator/training/training-bench.ts';
import { parentChannel } from './parent-channel.ts';
import type { FromTraining, ToTraining } from './training-channel.ts';

const channel = parentChannel<FromTraining, ToTraining>();
let bench: Promise<TrainingBench> | undefined;

channel.onMessage((message) => {
  if (message.kind === 'start') {
    bench ??= createTrainingBench({ units: message.units });
    bench.then(
      ({ ports, orderText, cloudUrl, brokerUrl }) =>
        channel.send({ kind: 'ready', ports, orderText, cloudUrl, brokerUrl }),
      (error: unknown) => {
        process.stderr.write(`training: ${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
    return;
  }
  void bench?.then((training) => {
    training.inject(message.fault, message.isActive, message.slot);
    channel.send({ kind: 'active', active: training.active });
  });
});

const end = () =>
  void Promise.resolve(bench?.then((training) => training.close())).finally(() => process.exit(0));
channel.onClose(end);
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
process.on('SIGTERM', end);
