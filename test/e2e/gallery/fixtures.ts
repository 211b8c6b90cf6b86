/** What the station in memory answers beside its snapshot. Must not: be part of the product. */
import type { RecordsPage, RecordView } from '../../../electron/contract/record-views.ts';
import type {
  ConnectionResult,
  OrderPreview,
  SlotAction,
  SlotStateView,
  StationView,
  TranscriptLine,
} from '../../../electron/contract/views.ts';
import { reason } from '../../../electron/domain/reason.ts';
import { NOW, orderView, unitView } from '../../support/snapshots.ts';
import type { Handlers } from './memory-transport.ts';

const at = (secondsAgo: number) => new Date(Date.parse(NOW) - secondsAgo * 1000).toISOString();

const TRANSCRIPT: readonly TranscriptLine[] = [
  { at: at(9), direction: 'event', text: 'port opened, 115200 Bd' },
  { at: at(9), direction: 'line', text: 'boot: sensor-a 1.4.2' },
  { at: at(8), direction: 'sent', text: 'hello {version 1}' },
  {
    at: at(8),
    direction: 'received',
    text: 'hello {hw 240AC4019E82, model sensor-a, fw 1.4.2, boot 17, state blank}',
  },
  {
    at: at(7),
    direction: 'event',
    text: 'credential registered, CloudRequestId 7C1B0E2A-5D1F-5B4C-9F5E-6C2F8D0A1B3C',
  },
  { at: at(6), direction: 'sent', text: 'write {offset 0, data 128 bytes}' },
  { at: at(6), direction: 'received', text: 'write {offset 128}' },
  { at: at(5), direction: 'sent', text: 'write {offset 128, data 128 bytes}' },
  { at: at(4), direction: 'event', text: 'port lost' },
];

const ACTIONS: Readonly<Record<SlotStateView['kind'], readonly SlotAction[]>> = {
  empty: ['set-aside'],
  ready: ['set-aside'],
  running: ['stop'],
  passed: ['release'],
  'done-before': ['release', 'provision-again'],
  failed: ['release', 'provision-again', 'set-aside'],
  off: ['take-back'],
};

/** A family that is a script names the script it ran. */
const PROFILE = {
  profile: 'esp-at-sysmfg 1.2',
  profileDigest: '3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b',
} as const;

const TIMES = { identify: 412, register: 680, write: 3120, verify: 2240, record: 96 } as const;

function record(index: number): RecordView {
  const unit = unitView(index);
  const isFail = index % 7 === 3;
  const isDoubt = index % 11 === 5;
  const isStopped = index % 13 === 8;
  const outcome = isFail ? 'FAIL' : isDoubt || isStopped ? 'ERROR' : 'PASS';
  const code = isFail ? 'PROOF_WRONG' : isDoubt ? 'CLOUD_TIMEOUT' : isStopped ? 'PORT_LOST' : undefined;
  return {
    runId: `01JDA7YQ2M${String(index).padStart(16, '0')}`,
    outcome,
    ...(code === undefined
      ? {}
      : { code, phase: 'verify' as const, evidence: { port: `/dev/ttyUSB${index % 8}`, tries: 3 } }),
    isInDoubt: isDoubt,
    ...unit,
    instanceId: 'post-cn-0pp12gl0001',
    deviceAccessKeyId: `DAK.${unit.hardwareId}`,
    orderNumber: 'WO-20261124-01',
    product: 'sensor-a',
    ...(index % 2 === 1 ? PROFILE : {}),
    slot: String((index % 8) + 1),
    port: `/dev/ttyUSB${index % 8}`,
    operator: '0472',
    startedAt: at(index * 17 + 12),
    endedAt: at(index * 17 + 5),
    phases: outcome === 'PASS' ? TIMES : { identify: 412, register: 702, write: 3094 },
    digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    eventHash: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  };
}

const ALL = Array.from({ length: 60 }, (_, index) => record(index));

const FAULTY: OrderPreview = {
  ok: false,
  faults: [
    { line: 3, field: 'quantity', reason: reason('whole-number', { min: 1, max: 10_000_000 }) },
    { line: 6, field: 'cloud.instanceID', reason: reason('unknown-key') },
    { line: 11, field: 'clientId', reason: reason('client-id-no-room', { max: 64 }) },
    {
      line: 14,
      field: 'device.profile',
      reason: reason('restart-gap'),
      file: { path: 'profiles/acme-console.yaml', line: 41, column: 3, field: 'restart' },
    },
  ],
};

const SEQUENCE = { line: 11, field: 'clientId', reason: reason('client-id-sequence') };

const STEPS: readonly ConnectionResult[] = [
  { step: 'network', result: 'well' },
  { step: 'api', result: 'well' },
  { step: 'clock', result: 'well' },
  { step: 'key', result: 'well' },
  { step: 'permission', result: 'failed', code: 'CLOUD_DENIED', evidence: {} },
  { step: 'instance', result: 'not-tried' },
];

/** Search and paging as a station does them, over sixty attempts. */
export function searchRecords(text: string, filter: string, after: string | undefined): RecordsPage {
  const found = ALL.filter(
    (row) =>
      (filter === 'all' || (filter === 'passed' ? row.outcome === 'PASS' : row.isInDoubt)) &&
      [row.hardwareId, row.clientId, row.orderNumber].some((value) => value?.includes(text)),
  );
  const from = Number(after ?? 0);
  const rows = found.slice(from, from + 25);
  return from + 25 < found.length ? { rows, next: String(from + 25) } : { rows };
}

export function handlersFor(view: StationView): Handlers {
  return {
    'slot.details': ({ slotId }) => {
      const slot = view.slots.find((each) => each.slotId === slotId);
      if (slot === undefined) throw new Error(`no such slot: ${slotId}`);
      const isQuiet = ['empty', 'ready', 'off'].includes(slot.state.kind);
      return { slot, transcript: isQuiet ? [] : TRANSCRIPT, actions: ACTIONS[slot.state.kind] };
    },
    'order.preview': ({ text }) => {
      if (text.includes('many')) return FAULTY;
      const { passed: _p, remaining: _r, inDoubt: _i, retries: _t, phaseShares: _s, ...order } = orderView();
      const warnings = text.includes('{sequence}') ? [SEQUENCE] : [];
      return { ok: true, order, example: 'GID_sensor@@@240AC4019E07', warnings };
    },
    'order.open': () => orderView(),
    'records.search': ({ text, filter, after }) => searchRecords(text, filter, after),
    'records.export': ({ format }) => ({
      fileName: `records.${format}`,
      mediaType: format === 'csv' ? 'text/csv' : 'application/json',
      text: '',
      rows: 60,
      isComplete: true,
    }),
    'access.test': () => STEPS,
    'access.enter': () => ({ source: 'typed', accessKeyId: 'LTAI5t…Qx7k', canSeal: true }),
    'access.forget': () => ({ source: 'missing', canSeal: true }),
  };
}
