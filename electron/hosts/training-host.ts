/** A training bench that is ready, for a host: where its ports are, and how to inject faults. Must not: run in the station. */
import type { TrainingFault, TrainingView } from '../contract/views.ts';
import type { FromTraining, TrainingChild } from './training-channel.ts';

const READY_WITHIN_MS = 30_000;

export interface TrainingHost {
  readonly ports: readonly string[];
  readonly order: { readonly fileName: string; readonly text: string };
  readonly view: TrainingView;
  inject(fault: TrainingFault, isActive: boolean, slot?: number): void;
  close(): void;
}

/** The AccessKey of the emulated cloud; no secret of anybody's. */
export const TRAINING_ACCESS = { accessKeyId: 'keybench-training', accessKeySecret: 'keybench-training' };

/** Rejects where the bench does not get ready. `onView` hears which faults are active. */
export async function startTraining(
  child: TrainingChild,
  units: number,
  onView: (view: TrainingView) => void,
): Promise<TrainingHost> {
  const ready = await new Promise<Extract<FromTraining, { kind: 'ready' }>>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the training bench did not get ready')), READY_WITHIN_MS);
    child.onExit(() => reject(new Error('the training bench ended')));
    child.onMessage((message) => {
      if (message.kind !== 'ready') return;
      clearTimeout(late);
      resolve(message);
    });
    child.send({ kind: 'start', units });
  });
  const view: TrainingView = { active: [], broker: ready.brokerUrl, cloud: ready.cloudUrl };
  child.onMessage((message) => {
    if (message.kind === 'active') onView({ ...view, active: message.active });
  });
  return {
    ports: ready.ports,
    order: { fileName: 'training.yaml', text: ready.orderText },
    view,
    inject: (fault, isActive, slot) =>
      child.send({ kind: 'inject', fault, isActive, ...(slot === undefined ? {} : { slot }) }),
    close: () => child.kill(),
  };
}
