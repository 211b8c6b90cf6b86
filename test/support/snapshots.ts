/**
 * Pictures of a station for tests, the gallery and the bench: each a whole StationView as a host would send it.
 * Must not: be part of the product.
 */
import type {
  FailureView,
  OrderView,
  SlotStateView,
  SlotView,
  StationView,
  UnitView,
} from '../../electron/contract/views.ts';
import { ERRORS, type ErrorCode, type Evidence, errorRow } from '../../electron/domain/errors.ts';
import { PHASES, type Phase } from '../../electron/domain/run.ts';

export const SCENES = [
  'empty',
  'ready',
  'busy',
  'passed',
  'mixed',
  'failing',
  'codes',
  'done-before',
  'off',
  'lost',
  'training',
  'complete',
  'no-order',
  'no-key',
  'key-gone',
  'no-slots',
] as const;
export type Scene = (typeof SCENES)[number];

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

/** The moment that every picture shows. */
export const NOW = '2026-11-24T06:32:05.000Z';
const at = (secondsAgo: number) => new Date(Date.parse(NOW) - secondsAgo * 1000).toISOString();

export const SHARES = [0.1, 0.12, 0.4, 0.28, 0.1] as const;

export function orderView(change: Partial<OrderView> = {}): OrderView {
  return {
    number: 'WO-20261124-01',
    product: 'sensor-a',
    quantity: 500,
    passed: 128,
    remaining: 372,
    inDoubt: 1,
    firstPassYield: 0.9921,
    retries: 3,
    unitsPerHour: 212,
    taktSeconds: 16.94,
    phaseShares: SHARES,
    device: { family: 'smp', model: 'sensor-a', baudRate: 115_200 },
    cloud: {
      region: 'cn-hangzhou',
      instanceId: 'post-cn-0pp12gl0001',
      groupId: 'GID_sensor',
      endpoint: 'https://onsmqtt.cn-hangzhou.aliyuncs.com',
    },
    clientId: '{groupId}@@@{hardwareId}',
    broker: 'post-cn-0pp12gl0001.mqtt.aliyuncs.com:8883',
    verify: 'proof',
    existing: 'reject',
    payload: 'password',
    lock: false,
    ...change,
  };
}

export function unitView(index: number): UnitView {
  const hardwareId = `240AC4${(0x019e07 + index * 41).toString(16).toUpperCase().padStart(6, '0')}`;
  return {
    hardwareId,
    model: 'sensor-a',
    firmware: '1.4.2',
    clientId: `GID_sensor@@@${hardwareId}`,
    runId: `01JDEXAMPLE${String(index).padStart(15, '0')}`,
  };
}

/** Evidence that fills every name of every text. */
export const EVIDENCE: Evidence = {
  model: 'sensor-b',
  expected: 'sensor-a',
  missing: 'proof',
  clientId: 'GID_sensor@@@240AC4019F04',
  path: '/var/lib/keybench/keybench.db',
  name: 'hw',
  port: '/dev/ttyUSB3',
  partition: 'fctry',
  protection: 'flash-encryption',
  why: 'too-small',
};

export function failureView(code: ErrorCode, change: Partial<FailureView> = {}): FailureView {
  const row = errorRow(code);
  return {
    outcome: row.outcome,
    code,
    blame: row.blame,
    retry: row.retry,
    isHeld: row.held === true,
    isInDoubt: false,
    phase: 'write',
    evidence: EVIDENCE,
    ...(row.blame === 'cloud' ? { cloudCode: 'Throttling.User' } : {}),
    ...change,
  };
}

const TIMES = { identify: 412, register: 680, write: 3120, verify: 2240, record: 96 } as const;

export function runningState(
  index: number,
  phase: Phase,
  share: number,
): Extract<SlotStateView, { kind: 'running' }> {
  const done = PHASES.indexOf(phase);
  const before = SHARES.slice(0, done).reduce((sum, part) => sum + part, 0);
  const times = Object.fromEntries(PHASES.slice(0, done).map((name) => [name, TIMES[name]]));
  const percent = Math.floor((before + (SHARES[done] ?? 0) * share) * 100);
  return { kind: 'running', unit: unitView(index), phase, percent, share, startedAt: at(6), times };
}

/** Plugged in a moment ago, and not heard yet. */
export function arrivedState(): SlotStateView {
  return { kind: 'running', phase: 'identify', percent: 0, share: 0, startedAt: at(1), times: {} };
}

export function passedState(index: number): SlotStateView {
  return { kind: 'passed', unit: unitView(index), at: at(4), recordId: `01JDEXAMPLE${index}`, times: TIMES };
}

export function doneBeforeState(index: number): SlotStateView {
  const [passedAt, orderNumber] = [at(86_400 * 2 + index * 71), 'WO-20261122-02'];
  return { kind: 'done-before', unit: unitView(index), at: at(3), passedAt, orderNumber, operator: '0472' };
}

export function failedState(index: number, failure: FailureView, secondsAgo = 31): SlotStateView {
  const times = { identify: TIMES.identify, register: TIMES.register };
  return { kind: 'failed', unit: unitView(index), at: at(secondsAgo), failure, times };
}

const doubtful = (code: ErrorCode) => failureView(code, { isInDoubt: true });

function busyAt(index: number): SlotStateView {
  const phase = PHASES[[2, 3, 1, 2, 3, 2, 0, 4, 2, 1][index % 10] ?? 2] ?? 'write';
  return phase === 'identify' ? arrivedState() : runningState(index, phase, ((index * 37 + 23) % 100) / 100);
}

function mixedAt(index: number): SlotStateView {
  const slot = index + 1;
  if (slot === 4 || slot === 44) return failedState(index, failureView('PORT_LOST'), slot === 4 ? 72 : 9);
  if (slot === 7 || slot === 60) return { kind: 'off' };
  if (slot === 13) return failedState(index, failureView('CREDENTIAL_EXISTS'), 151);
  if (slot === 27) return failedState(index, doubtful('CLOUD_TIMEOUT'), 31);
  if (slot === 50) return failedState(index, failureView('PROOF_WRONG', { phase: 'verify' }), 48);
  if (slot === 21) return doneBeforeState(index);
  if (slot === 8 || slot % 9 === 0) return { kind: 'ready' };
  if (slot > 57) return { kind: 'empty' };
  return slot % 4 === 1 ? passedState(index) : busyAt(index);
}

const FAILURES: readonly FailureView[] = [
  failureView('PORT_LOST'),
  failureView('PROOF_WRONG', { phase: 'verify' }),
  doubtful('CLOUD_TIMEOUT'),
  failureView('CREDENTIAL_EXISTS'),
  failureView('LEDGER_FAILED', { phase: 'record' }),
  failureView('CLOUD_PARAMETER', { phase: 'register' }),
  failureView('UNIT_REFUSED_WRITE'),
  failureView('CLOUD_NOT_THE_API', { phase: 'register' }),
];

function stateAt(scene: Scene, index: number, from: number): SlotStateView {
  switch (scene) {
    case 'empty':
    case 'no-order':
    case 'no-key':
    case 'no-slots':
      return { kind: 'empty' };
    case 'ready':
    case 'complete':
      return { kind: 'ready' };
    case 'key-gone':
      return index % 4 === 1 ? runningState(index, 'write', 0.6) : { kind: 'ready' };
    case 'busy':
      return index % 10 === 2
        ? { ...runningState(index, 'register', 0.9), awaitsCloud: true }
        : busyAt(index);
    case 'passed':
      return passedState(index);
    case 'failing':
      return failedState(index, FAILURES[index % FAILURES.length] ?? failureView('BUG'), 14 + index * 23);
    case 'codes': {
      const code = ERROR_CODES[(from + index) % ERROR_CODES.length] ?? 'BUG';
      return failedState(index, failureView(code), 14 + index * 23);
    }
    case 'done-before':
      return doneBeforeState(index);
    case 'off':
      return { kind: 'off' };
    case 'mixed':
    case 'lost':
    case 'training':
      return mixedAt(index);
  }
}

/** The station in a scene, with so many slots; for `codes`, starting at the code numbered `from`. */
export function stationView(scene: Scene, count: number, from = 0): StationView {
  const isTraining = scene === 'training';
  const slots: SlotView[] = Array.from({ length: scene === 'no-slots' ? 0 : count }, (_, index) => ({
    slotId: `slot-${index + 1}`,
    number: index + 1,
    ...(scene === 'empty' ? {} : { port: `/dev/ttyUSB${index}` }),
    state: stateAt(scene, index, from),
  }));
  const order =
    scene === 'complete'
      ? orderView({ passed: 500, remaining: 0, inDoubt: 0 })
      : orderView(isTraining ? { number: 'TRAINING-01' } : {});
  return {
    revision: 1,
    mode: isTraining ? 'training' : 'production',
    version: '0.1.0',
    ...(['no-order', 'no-key', 'no-slots'].includes(scene) ? {} : { order }),
    slots,
    foot: {
      cloud: scene === 'no-key' ? { state: 'unknown' } : { state: 'well', latencyMs: 38, skewMs: 120 },
      ledger: { state: 'well', file: 'keybench.db' },
      slots: { present: scene === 'empty' || scene === 'no-slots' ? 0 : count, total: slots.length },
      stationName: 'Station 03',
      operator: '0472',
    },
    access:
      scene === 'no-key' || scene === 'key-gone'
        ? { source: 'missing', canSeal: true }
        : { source: isTraining ? 'training' : 'sealed', accessKeyId: 'LTAI5t…Qx7k', canSeal: true },
    ...(isTraining
      ? {
          training: {
            active: ['throttled-cloud'],
            broker: 'mqtt://127.0.0.1:1883',
            cloud: 'http://127.0.0.1:18080',
          },
        }
      : {}),
  };
}
