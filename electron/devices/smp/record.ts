/**
 * The record, schema version 1, as the bytes that a unit stores, and what follows from them: digest and tx.
 * Source: device protocol, the record. Pure: the same credential and order give the same bytes, so that a run after
 * a crash recognises what an earlier one wrote.
 */
import { createHash, createHmac } from 'node:crypto';
import type { DeviceCredential } from '../../domain/credential.ts';
import type { Digest, HardwareId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import type { Payload } from '../../station/ports.ts';
import { encodeMap } from './messages.ts';

export function encodeRecord(
  credential: DeviceCredential,
  hardwareId: HardwareId,
  order: Pick<WorkOrder, 'broker' | 'payload'>,
): Payload {
  const { clientId, deviceAccessKeyId, instanceId } = credential;
  const key = credential.deviceAccessKeySecret.reveal();
  const isSecret = order.payload === 'secret';
  const possession = isSecret ? key : mqttPassword(key, clientId);
  const bytes = encodeMap({
    cid: clientId,
    kid: deviceAccessKeyId,
    iid: instanceId,
    ep: order.broker.host,
    port: order.broker.port,
    un: `DeviceCredential|${deviceAccessKeyId}|${instanceId}`,
    [isSecret ? 'key' : 'pw']: possession,
  });
  const digest = createHash('sha256').update(bytes).digest();
  return {
    bytes: new Secret(bytes),
    possession: new Secret(possession),
    clientId,
    hardwareId,
    digest: digest.toString('hex') as Digest,
    tx: txOf(hardwareId, digest),
  };
}

/** Base64(HMAC-SHA1(key, ClientId)): what the broker takes as password in one-device-one-secret mode. */
function mqttPassword(key: string, clientId: string): string {
  return createHmac('sha1', key).update(clientId).digest('base64');
}

/** The first 16 bytes of SHA-256(hw, 00, dig), hex: the same record for the same unit has the same tx. */
function txOf(hardwareId: string, digest: Uint8Array): string {
  const hash = createHash('sha256').update(hardwareId).update(Uint8Array.of(0)).update(digest);
  return hash.digest('hex').slice(0, 32);
}
