/** What a host and its training process say to each other. */
import type { TrainingFault } from '../contract/views.ts';

export type ToTraining =
  | { readonly kind: 'start'; readonly units: number }
  | {
      readonly kind: 'inject';
      readonly fault: TrainingFault;
      readonly isActive: boolean;
      readonly slot?: number;
    };

export type FromTraining =
  | {
      readonly kind: 'ready';
      readonly ports: readonly string[];
      readonly orderText: string;
      readonly cloudUrl: string;
      readonly brokerUrl: string;
    }
  | { readonly kind: 'active'; readonly active: readonly TrainingFault[] };

export interface TrainingChild {
  send(message: ToTraining): void;
  onMessage(listener: (message: FromTraining) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}
