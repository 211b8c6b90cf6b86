/**
 * The record, schema version 1, as the bytes that a unit stores, and what follows from them: digest and tx.
 * Source: device protocol, the record. Pure: the same credential and order give the same bytes, so that a run after
 * a crash recognises what an earlier one wrote.
 */
import { createHash } from 'node:crypto';
import type { DeviceCredential } from '../../domain/credential.ts';
import type { Digest, HardwareId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import type { Payload } from '../../station/ports.ts';
import { recordFields, txOf } from '../record-fields.ts';
import { encodeMap } from './messages.ts';

export function encodeRecord(
  credential: DeviceCredential,
  hardwareId: HardwareId,
  order: Pick<WorkOrder, 'broker' | 'payload'>,
): Payload {
  const fields = recordFields(credential, order);
  const bytes = encodeMap({
    cid: fields.clientId,
    kid: fields.deviceAccessKeyId,
    iid: fields.instanceId,
    ep: fields.brokerHost,
    port: fields.brokerPort,
    un: fields.username,
    [fields.kind === 'secret' ? 'key' : 'pw']: fields.possession.reveal(),
  });
  const digest = createHash('sha256').update(bytes).digest();
  return {
    bytes: new Secret(bytes),
    possession: fields.possession,
    clientId: credential.clientId,
    hardwareId,
    digest: digest.toString('hex') as Digest,
    tx: txOf(hardwareId, digest),
  };
}
