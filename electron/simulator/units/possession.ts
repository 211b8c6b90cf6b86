/**
 * The device end's proof of possession, from what its flash holds. HKDF is spelled out (RFC 5869), as firmware does it
 * with nothing but an HMAC. Source: device protocol, proof of possession.
 */
import { createHmac } from 'node:crypto';
import { decode } from 'cborg';

/** The record as a unit reads it back. */
export interface DecodedRecord {
  readonly cid: string;
  readonly kid: string;
  readonly iid: string;
  readonly ep: string;
  readonly port: number;
  readonly un: string;
  readonly key?: string;
  readonly pw?: string;
}

export function decodeRecord(bytes: Uint8Array): DecodedRecord {
  return decode(bytes) as DecodedRecord;
}

export function possessionMac(
  record: DecodedRecord,
  {
    hardwareId,
    digest,
    boot,
    nonce,
  }: Readonly<Record<'digest' | 'boot' | 'nonce', Uint8Array>> & { hardwareId: string },
): Uint8Array {
  const material = Buffer.from(record.key ?? record.pw ?? '', 'utf8');
  const extracted = hmac(Buffer.alloc(32), material);
  const key = hmac(extracted, Buffer.from('keybench-pop-v1\x01', 'latin1'));
  const said = Buffer.from(`prov\0${hardwareId}\0${record.cid}\0`, 'utf8');
  return hmac(key, Buffer.concat([said, digest, boot, nonce]));
}

function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest();
}
