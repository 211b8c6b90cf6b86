/**
 * What a unit is to know, as named values, and what follows from them: the fields that every family's record has, whatever
 * form it is stored in. Source: device protocol, the record; MQTT username and password of one-device-one-secret mode.
 * Must not: know how a family stores them. Pure: the same credential and order give the same fields.
 */
import { createHash, createHmac } from 'node:crypto';
import type { DeviceCredential } from '../domain/credential.ts';
import type { HardwareId } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import type { WorkOrder } from '../domain/work-order.ts';

export interface RecordFields {
  readonly clientId: string;
  readonly deviceAccessKeyId: string;
  readonly instanceId: string;
  readonly brokerHost: string;
  readonly brokerPort: number;
  /** MQTT username. */
  readonly username: string;
  /** What `possession` is: the DeviceAccessKeySecret, or the MQTT password. */
  readonly kind: WorkOrder['payload'];
  readonly possession: Secret<string>;
}

export function recordFields(
  credential: DeviceCredential,
  order: Pick<WorkOrder, 'broker' | 'payload'>,
): RecordFields {
  const { clientId, deviceAccessKeyId, instanceId } = credential;
  const key = credential.deviceAccessKeySecret.reveal();
  return {
    clientId,
    deviceAccessKeyId,
    instanceId,
    brokerHost: order.broker.host,
    brokerPort: order.broker.port,
    username: `DeviceCredential|${deviceAccessKeyId}|${instanceId}`,
    kind: order.payload,
    possession: new Secret(order.payload === 'secret' ? key : mqttPassword(key, clientId)),
  };
}

/** Base64(HMAC-SHA1(key, ClientId)): what the broker takes as password in one-device-one-secret mode. */
function mqttPassword(key: string, clientId: string): string {
  return createHmac('sha1', key).update(clientId).digest('base64');
}

/** The first 16 bytes of SHA-256(hw, 00, dig), hex: the same record for the same unit has the same tx. */
export function txOf(hardwareId: HardwareId, digest: Uint8Array): string {
  const hash = createHash('sha256').update(hardwareId).update(Uint8Array.of(0)).update(digest);
  return hash.digest('hex').slice(0, 32);
}
