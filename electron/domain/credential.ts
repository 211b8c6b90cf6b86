/**
 * The device credential as the cloud gives it, with its secret, and the reference to it that may be stored.
 * Must not: let the secret into anything that is written down.
 */
import type { ClientId } from './ids.ts';
import type { Secret } from './secret.ts';

/** What may be stored and shown of a credential. Times are the cloud's, in milliseconds since 1970. */
export interface CredentialRef {
  readonly clientId: ClientId;
  readonly instanceId: string;
  readonly deviceAccessKeyId: string;
  readonly createTime: number;
  readonly updateTime: number;
}

/** A credential with its secret: lives in the station process from the cloud's answer to the proof. */
export interface DeviceCredential extends CredentialRef {
  readonly deviceAccessKeySecret: Secret;
}

/** Whether both name the very same key: a Refresh changes the update time, and perhaps the key id. */
export function isSameCredential(
  a: Pick<CredentialRef, 'deviceAccessKeyId' | 'updateTime'>,
  b: Pick<CredentialRef, 'deviceAccessKeyId' | 'updateTime'>,
): boolean {
  return a.deviceAccessKeyId === b.deviceAccessKeyId && a.updateTime === b.updateTime;
}
