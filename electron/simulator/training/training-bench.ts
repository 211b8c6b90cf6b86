/**
 * The training bench: emulated cloud, broker and units that come and go, with the faults that a trainer injects.
 * Nothing here is real and nothing is counted; the station that works on it is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineFile } from '../../domain/line-file.ts';
import { createEmulatedCloud } from '../cloud/emulated-cloud.ts';
import type { FaultPlan } from '../cloud/fault-plan.ts';
import type { UnitFaults } from '../units/faults.ts';
import { createEmulatedBroker } from './emulated-broker.ts';
import { TrainingSlot } from './training-slot.ts';

export const TRAINING_KEY = { id: 'keybench-training', secret: 'keybench-training' };
const MODEL = 'sensor-a';
const WRONG_MODEL = 'sensor-b';
const CABLE_OUT_MS = 6_000;
const BROWN_OUT_MS = 3_000;
/** As a cloud at some distance. */
const CLOUD_LATENCY_MS = 40;

export type BenchFault =
  | 'pulled-cable'
  | 'brown-out'
  | 'throttled-cloud'
  | 'lost-answer'
  | 'wrong-unit'
  | 'noisy-line';

export interface TrainingBench {
  readonly ports: readonly string[];
  readonly orderText: string;
  readonly cloudUrl: string;
  readonly brokerUrl: string;
  /** Those that stay until they are taken back. */
  readonly active: readonly BenchFault[];
  /** `slot`: from 1; without one, a slot that has a unit. */
  inject(fault: BenchFault, isActive: boolean, slot?: number): void;
  close(): Promise<void>;
}

export interface TrainingBenchOptions {
  readonly units?: number;
  /** Whether the units' ports are pseudo-terminals, or local sockets. */
  readonly hasTerminals?: boolean;
}

export async function createTrainingBench({
  units = 8,
  hasTerminals = process.platform !== 'win32',
}: TrainingBenchOptions = {}): Promise<TrainingBench> {
  const cloud = await createEmulatedCloud({ accessKeys: [TRAINING_KEY], latencyMs: CLOUD_LATENCY_MS });
  const broker = await createEmulatedBroker(cloud);
  const dir = mkdtempSync(join(tmpdir(), 'keybench-training-'));
  const ports = Array.from({ length: units }, (_, index) => {
    const port = join(dir, `port-${index + 1}`);
    return hasTerminals ? port : lineFile(port);
  });
  const active = new Set<BenchFault>();
  let wrongUnits = 0;

  const faults = (): UnitFaults => (active.has('noisy-line') ? { logBefore: 0.8, logInside: 0.15 } : {});
  const nextModel = () => {
    if (wrongUnits === 0) return MODEL;
    wrongUnits -= 1;
    return WRONG_MODEL;
  };
  const slots = ports.map(
    (link, index) => new TrainingSlot({ link, firstAfterMs: 500 + index * 900, nextModel, faults }),
  );
  const plan = (): FaultPlan =>
    active.has('throttled-cloud')
      ? [
          {
            action: 'RegisterDeviceCredential',
            from: 1,
            to: Number.MAX_SAFE_INTEGER,
            fault: { kind: 'throttle' },
          },
        ]
      : [];
  const chosen = (slot: number | undefined) =>
    slot === undefined ? slots.find(({ hasUnit }) => hasUnit) : slots[slot - 1];

  const once: Partial<Record<BenchFault, (slot: number | undefined) => void>> = {
    'pulled-cable': (slot) => chosen(slot)?.pullCable(CABLE_OUT_MS),
    'brown-out': () => {
      for (const slot of slots.slice(0, Math.ceil(units / 2))) slot.brownOut(BROWN_OUT_MS);
    },
    'lost-answer': () =>
      cloud.setFaults([
        ...plan(),
        { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'reset-after-commit' } },
      ]),
    'wrong-unit': () => {
      wrongUnits += 1;
    },
  };

  return {
    ports,
    orderText: orderText(cloud.url, broker),
    cloudUrl: cloud.url,
    brokerUrl: `mqtt://${broker.host}:${broker.port}`,
    get active() {
      return [...active];
    },
    inject(fault, isActive, slot) {
      const happening = once[fault];
      if (happening !== undefined) return isActive ? happening(slot) : undefined;
      if (isActive) active.add(fault);
      else active.delete(fault);
      cloud.setFaults(plan());
      for (const each of slots) each.applyFaults();
    },
    async close() {
      for (const slot of slots) slot.close();
      await broker.close();
      await cloud.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function orderText(endpoint: string, broker: { readonly host: string; readonly port: number }): string {
  return `workOrder: TRAINING
product: ${MODEL}
quantity: 500
cloud:
  region: cn-hangzhou
  instanceId: post-cn-training01
  groupId: GID_training
  endpoint: ${endpoint}
broker:
  host: ${broker.host}
  port: ${broker.port}
clientId: "{groupId}@@@{hardwareId}"
device:
  family: smp
  baudRate: 115200
  model: ${MODEL}
payload: password
verify: proof+activation
existing: reject
lock: false
`;
}
