/** Work orders for tests. */
import { type OrderResult, readWorkOrder } from '../../electron/hosts/work-order-file.ts';

export interface OrderOverrides {
  readonly endpoint?: string;
  readonly number?: string;
  readonly quantity?: number;
  readonly clientId?: string;
  readonly instanceId?: string;
  readonly brokerHost?: string;
  readonly brokerPort?: number;
  readonly family?: string;
  /** Keys under `device:` that only the family knows. */
  readonly own?: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly baudRate?: number;
  readonly bootTimeout?: number;
  readonly payload?: 'password' | 'secret';
  readonly verify?: 'proof' | 'proof+activation';
  readonly existing?: 'reject' | 'adopt' | 'refresh';
  readonly lock?: boolean;
}

export const INSTANCE = 'post-cn-0pp12gl0001';
export const GROUP = 'GID_sensor';

export function orderText(changes: OrderOverrides = {}): string {
  const instance = changes.instanceId ?? INSTANCE;
  const lines = [
    `workOrder: ${changes.number ?? 'WO-1'}`,
    'product: sensor-a',
    `quantity: ${changes.quantity ?? 100}`,
    'cloud:',
    '  region: cn-hangzhou',
    `  instanceId: ${instance}`,
    `  groupId: ${GROUP}`,
    ...(changes.endpoint === undefined ? [] : [`  endpoint: ${changes.endpoint}`]),
    'broker:',
    `  host: ${changes.brokerHost ?? `${instance}.mqtt.aliyuncs.com`}`,
    `  port: ${changes.brokerPort ?? 8883}`,
    `clientId: "${changes.clientId ?? '{groupId}@@@{hardwareId}'}"`,
    'device:',
    `  family: ${changes.family ?? 'smp'}`,
    ...Object.entries(changes.own ?? {}).map(([key, value]) => `  ${key}: ${value}`),
    `  baudRate: ${changes.baudRate ?? 115_200}`,
    `  bootTimeout: ${changes.bootTimeout ?? 5}`,
    ...(changes.model === undefined ? [] : [`  model: ${changes.model}`]),
    `payload: ${changes.payload ?? 'password'}`,
    `verify: ${changes.verify ?? 'proof'}`,
    `existing: ${changes.existing ?? 'reject'}`,
    `lock: ${changes.lock ?? false}`,
  ];
  return `${lines.join('\n')}\n`;
}

export function order(changes: OrderOverrides = {}): Extract<OrderResult, { ok: true }> {
  const result = readWorkOrder(orderText(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
}
