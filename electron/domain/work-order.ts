/**
 * A work order: what to make, for whom in the cloud, on which family of device, under which rules.
 * Must not: read files or validate text; that is the work-order file's reader (hosts/).
 */
import type { ClientIdTemplate } from './client-id-template.ts';

/** A name in the table of device families (devices/families.ts), which alone knows which there are. */
export type DeviceFamilyName = string;

/** `password`: the unit holds its MQTT password; `secret`: it holds the DeviceAccessKeySecret and derives it. */
export const PAYLOADS = ['password', 'secret'] as const;
export type PayloadKind = (typeof PAYLOADS)[number];

export const VERIFICATIONS = ['proof', 'proof+activation'] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** What to do with a credential that the cloud has and this ledger did not ask for. */
export const EXISTING_RULES = ['reject', 'adopt', 'refresh'] as const;
export type ExistingRule = (typeof EXISTING_RULES)[number];

export interface WorkOrder {
  readonly number: string;
  readonly product: string;
  readonly quantity: number;
  readonly cloud: CloudTarget;
  readonly broker: { readonly host: string; readonly port: number };
  readonly clientId: ClientIdTemplate;
  readonly device: DeviceRules;
  readonly payload: PayloadKind;
  readonly verify: Verification;
  readonly existing: ExistingRule;
  readonly lock: boolean;
}

export interface CloudTarget {
  readonly region: string;
  readonly instanceId: string;
  readonly groupId: string;
  /** The API's base address; `https:`, or `http:` to a loopback address only. */
  readonly endpoint: string;
}

export interface DeviceRules {
  readonly family: DeviceFamilyName;
  readonly baudRate: number;
  /** Milliseconds that a unit may take from reset to its first answer with a new boot number. */
  readonly bootTimeoutMs: number;
  readonly model?: string;
  /** What only this family asks of an order, as its own entry in the table of families has checked it. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/**
 * What a passed unit was made under. A unit that comes back is already done only if this is unchanged:
 * instance, broker, payload and lock, as one comparable line.
 */
export function recipeOf(order: WorkOrder): string {
  const { cloud, broker, payload, lock } = order;
  return JSON.stringify([cloud.instanceId, broker.host, broker.port, payload, lock]);
}
