/**
 * The record, schema version 1, as bytes, and what follows from them: digest and tx. Source: device protocol, the record: a CBOR
 * map, deterministically encoded. Families that store it otherwise still take its digest from these bytes, so that one credential
 * has one digest. Pure: the same fields give the same bytes, so that a run after a crash recognises what an earlier one wrote.
 */
import { createHash } from 'node:crypto';
import { encode, rfc8949EncodeOptions } from 'cborg';
import type { ClientId, Digest, HardwareId } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import type { Payload } from '../station/ports.ts';
import { type RecordFields, txOf } from './record-fields.ts';

/** The bytes hold the key or the password: whoever makes them keeps them in a Secret. */
export function recordBytes(fields: RecordFields): Uint8Array {
  const map = {
    cid: fields.clientId,
    kid: fields.deviceAccessKeyId,
    iid: fields.instanceId,
    ep: fields.brokerHost,
    port: fields.brokerPort,
    un: fields.username,
    [fields.kind === 'secret' ? 'key' : 'pw']: fields.possession.reveal(),
  };
  return encode(map, rfc8949EncodeOptions);
}

export function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** The record for one unit. */
export function recordPayload(fields: RecordFields, clientId: ClientId, hardwareId: HardwareId): Payload {
  const bytes = recordBytes(fields);
  const digest = digestOf(bytes);
  return {
    bytes: new Secret(bytes),
    possession: fields.possession,
    clientId,
    hardwareId,
    digest,
    tx: txOf(hardwareId, Buffer.from(digest, 'hex')),
  };
}
