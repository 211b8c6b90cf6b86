/** Builders for tests of units: credentials, orders, sessions, and emulated units that are closed by themselves. */
import { setMaxListeners } from 'node:events';
import { onTestFinished } from 'vitest';
import { createSmpFamily } from '../../electron/devices/smp/family.ts';
import { parseClientIdTemplate } from '../../electron/domain/client-id-template.ts';
import type { DeviceCredential } from '../../electron/domain/credential.ts';
import { type HardwareId, parseClientId, parseHardwareId } from '../../electron/domain/ids.ts';
import { Secret } from '../../electron/domain/secret.ts';
import type { PayloadKind, WorkOrder } from '../../electron/domain/work-order.ts';
import { createPathSlot } from '../../electron/serial/slot-port.ts';
import { createPtyLine, type PtyLine } from '../../electron/simulator/units/pty-line.ts';
import type { EmulatedUnitOptions } from '../../electron/simulator/units/unit-options.ts';
import type { ConnectOptions, DeviceSession, Payload, SlotPort } from '../../electron/station/ports.ts';
import { createUnit, type TestUnit } from './unit-maker.ts';

export const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
export const SECRET = 'DC.BBBBBBBBBBBBBBBBBBBBBB';
export const HARDWARE_ID = 'AABBCCDDEEFF' as HardwareId;

export function orderOf(changes: Partial<WorkOrder> = {}): WorkOrder {
  const template = parseClientIdTemplate('{groupId}@@@{hardwareId}', 'GID_test');
  if (!template.ok) throw new Error(JSON.stringify(template.reason));
  return {
    number: 'WO-1',
    product: 'sensor-a',
    quantity: 100,
    cloud: {
      region: 'cn-hangzhou',
      instanceId: 'post-cn-0pp12gl0001',
      groupId: 'GID_test',
      endpoint: 'http://127.0.0.1:1',
    },
    broker: { host: 'post-cn-0pp12gl0001.mqtt.aliyuncs.com', port: 8883 },
    clientId: template.template,
    device: { family: 'smp', baudRate: 115200, bootTimeoutMs: 5000 },
    payload: 'password',
    verify: 'proof',
    existing: 'reject',
    lock: false,
    ...changes,
  };
}

export function credentialOf(hardwareId: string = HARDWARE_ID, secret = SECRET): DeviceCredential {
  return {
    clientId: parseClientId(`GID_test@@@${hardwareId}`)!,
    instanceId: 'post-cn-0pp12gl0001',
    deviceAccessKeyId: 'DC.Z5fFcTvqyAAAAAAAAAAAAA',
    createTime: 1_790_000_000_000,
    updateTime: 1_790_000_000_000,
    deviceAccessKeySecret: new Secret(secret),
  };
}

export function payloadOf(hardwareId: string = HARDWARE_ID, payload: PayloadKind = 'password'): Payload {
  const id = parseHardwareId(hardwareId)!;
  return createSmpFamily().encode(credentialOf(hardwareId), id, orderOf({ payload }));
}

export interface BenchUnit {
  readonly unit: TestUnit;
  readonly line: PtyLine;
  readonly slot: SlotPort;
}

/** A unit on a pseudo-terminal with the slot that it is in; closed when the test ends. */
export async function unitOnPty(options: Omit<EmulatedUnitOptions, 'line'> = {}): Promise<BenchUnit> {
  const line = await createPtyLine();
  const unit = createUnit({ line, hardwareId: HARDWARE_ID, ...options });
  onTestFinished(() => unit.close());
  return { unit, line, slot: createPathSlot(line.path) };
}

export async function connectTo(
  slot: SlotPort,
  options: Partial<ConnectOptions> = {},
  signal: AbortSignal = NEVER,
): Promise<DeviceSession> {
  const rules = orderOf().device;
  const session = await createSmpFamily().connect(slot, { rules, waitMs: 10_000, ...options }, signal);
  onTestFinished(() => session.close());
  return session;
}

/** What `promise` is rejected with: its code, or the words of an error that should not be. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
