/**
 * Proof of possession: what a unit that holds the record must answer to a nonce. Source: device protocol, proof.
 * Must not: compare in a time that depends on the bytes, or take anything but the boot from the unit's own words.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Payload } from '../../station/ports.ts';

const INFO = 'keybench-pop-v1';
const ZERO = Uint8Array.of(0);

export interface Answer {
  readonly mac: Uint8Array;
  /** Hex, 8 bytes. */
  readonly boot: string;
  readonly nonce: Uint8Array;
}

/** Whether `mac` proves, for that boot and nonce, that the unit holds the record's key or password. */
export function isProof(payload: Payload, { mac, boot, nonce }: Answer): boolean {
  const possession = Buffer.from(payload.possession.reveal(), 'utf8');
  const key = Buffer.from(hkdfSync('sha256', possession, new Uint8Array(0), INFO, 32));
  const expected = createHmac('sha256', key)
    .update('prov')
    .update(ZERO)
    .update(payload.hardwareId)
    .update(ZERO)
    .update(payload.clientId)
    .update(ZERO)
    .update(Buffer.from(payload.digest, 'hex'))
    .update(Buffer.from(boot, 'hex'))
    .update(nonce)
    .digest();
  return mac.length === expected.length && timingSafeEqual(mac, expected);
}
