/** Orders and events that the ledger's tests share, also with their other process. */
import { type ClientIdTemplate, parseClientIdTemplate } from '../../../electron/domain/client-id-template.ts';
import type { ClientId, Digest, HardwareId, RunId } from '../../../electron/domain/ids.ts';
import type { JournalEvent } from '../../../electron/domain/journal.ts';
import type { WorkOrder } from '../../../electron/domain/work-order.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import type { ClaimAnswer } from '../../../electron/station/ports.ts';

export const INSTANCE = 'post-cn-test00001';

function template(text: string, groupId = 'GID_sensor'): ClientIdTemplate {
  const result = parseClientIdTemplate(text, groupId);
  if (!result.ok) throw new Error(JSON.stringify(result.reason));
  return result.template;
}

export function anOrder(change: Partial<WorkOrder> & { readonly template?: string } = {}): WorkOrder {
  const { template: text = '{groupId}@@@{hardwareId}', ...rest } = change;
  return {
    number: 'WO-1',
    product: 'sensor-a',
    quantity: 10,
    cloud: {
      region: 'cn-hangzhou',
      instanceId: INSTANCE,
      groupId: 'GID_sensor',
      endpoint: 'http://127.0.0.1:1',
    },
    broker: { host: `${INSTANCE}.mqtt.aliyuncs.com`, port: 8883 },
    clientId: template(text),
    device: { family: 'smp', baudRate: 115_200, bootTimeoutMs: 15_000 },
    payload: 'password',
    verify: 'proof',
    existing: 'reject',
    lock: false,
    ...rest,
  };
}

export const hw = (text: string) => text as HardwareId;
export const run = (text: string) => text as RunId;
export const cid = (text: string) => text as ClientId;
/** A digest that is told apart by one character. */
export const digest = (character: string) => character.repeat(64).slice(0, 64) as Digest;

export function started(
  hardwareId: string,
  orderNumber = 'WO-1',
): Extract<JournalEvent, { type: 'run.started' }> {
  return {
    type: 'run.started',
    hardwareId: hw(hardwareId),
    model: 'sensor-a',
    firmware: '1.0.0',
    unitState: 'blank',
    slot: 'slot-1',
    port: 'port-1',
    orderNumber,
    operator: 'op-7',
  };
}

/** Asks for the unit's claim, as a run does when it has identified the unit. */
export function claimUnit(
  ledger: SqlLedger,
  { runId, hardwareId, order = anOrder() }: { runId: string; hardwareId: string; order?: WorkOrder },
): Promise<ClaimAnswer> {
  return ledger.claim({
    runId: run(runId),
    hardwareId: hw(hardwareId),
    model: 'sensor-a',
    order,
    started: started(hardwareId, order.number),
  });
}

export interface Way {
  readonly hardwareId: string;
  readonly clientId: string;
  readonly instanceId?: string;
  readonly digest?: Digest;
  readonly keyId?: string;
}

/** The events from the first request to PASS, by the short name of each step. */
export function wayToPass({ hardwareId, clientId, instanceId = INSTANCE, ...rest }: Way) {
  const name = { instanceId, clientId: cid(clientId) };
  const held = rest.digest ?? digest('a');
  const keyId = rest.keyId ?? 'DAK-1';
  return {
    requested: { type: 'credential.requested', ...name, serverTime: 1_000 },
    refused: { type: 'credential.refused', ...name, code: 'CREDENTIAL_EXISTS' },
    refreshRequested: {
      type: 'credential.refresh-requested',
      ...name,
      deviceAccessKeyId: 'DAK-0',
      updateTime: 900,
      serverTime: 1_100,
    },
    known: {
      type: 'credential.known',
      ...name,
      hardwareId: hw(hardwareId),
      deviceAccessKeyId: keyId,
      createTime: 1_001,
      updateTime: 1_002,
      tx: held.slice(0, 32),
      digest: held,
      recipe: '["recipe"]',
      origin: 'registered',
    },
    eraseRequested: { type: 'unit.erase-requested', ...name, digest: digest('e') },
    written: { type: 'unit.written', ...name, digest: held },
    proved: { type: 'unit.proved', ...name, digest: held },
    lockRequested: { type: 'unit.lock-requested', ...name, digest: held },
    doubted: { type: 'unit.doubted', ...name, code: 'PASSED_UNIT_DIFFERS' },
    confirmed: { type: 'unit.confirmed', ...name },
    passed: { type: 'run.passed', ...name, phases: { identify: 5, register: 40 } },
  } as const satisfies Record<string, JournalEvent>;
}

export function finished(
  change: Partial<Extract<JournalEvent, { type: 'run.finished' }>> = {},
): Extract<JournalEvent, { type: 'run.finished' }> {
  return {
    type: 'run.finished',
    outcome: 'TIMEOUT',
    code: 'UNIT_SILENT',
    slot: 'slot-1',
    port: 'port-1',
    orderNumber: 'WO-1',
    evidence: {},
    phases: {},
    ...change,
  };
}

/** Takes a unit from the claim to PASS. */
export async function passUnit(
  ledger: SqlLedger,
  {
    runId,
    hardwareId,
    order = anOrder(),
    ...rest
  }: { runId: string; hardwareId: string; order?: WorkOrder } & Partial<Way>,
): Promise<string> {
  const answer = await claimUnit(ledger, { runId, hardwareId, order });
  if (answer.kind !== 'claimed') throw new Error(answer.kind);
  const { clientId, instanceId } = answer.claim;
  const way = wayToPass({ hardwareId, instanceId, ...rest, clientId });
  for (const event of [way.requested, way.known, way.written, way.proved, way.passed]) {
    await ledger.append([event], run(runId));
  }
  return clientId;
}
