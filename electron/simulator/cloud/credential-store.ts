/**
 * The emulated cloud's memory: device credentials by instance and ClientId, and which clients are online.
 * Must not: outlive its process, or be read by anything but the emulator and those who test against it.
 */
import { createHmac, randomInt } from 'node:crypto';

export interface StoredCredential {
  readonly clientId: string;
  readonly instanceId: string;
  readonly deviceAccessKeyId: string;
  readonly deviceAccessKeySecret: string;
  /** Milliseconds since 1970 by the emulated cloud's clock. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface Login {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

export class CredentialStore {
  readonly #byName = new Map<string, StoredCredential>();
  readonly #online = new Set<string>();
  readonly #now: () => number;

  constructor({ now }: { readonly now: () => number }) {
    this.#now = now;
  }

  find(instanceId: string, clientId: string): StoredCredential | undefined {
    return this.#byName.get(nameOf(instanceId, clientId));
  }

  /** Makes a credential, or new keys for the one there is. */
  issue(instanceId: string, clientId: string): StoredCredential {
    const now = this.#now();
    const credential = {
      clientId,
      instanceId,
      deviceAccessKeyId: newKey(),
      deviceAccessKeySecret: newKey(),
      createTime: this.find(instanceId, clientId)?.createTime ?? now,
      updateTime: now,
    };
    this.#byName.set(nameOf(instanceId, clientId), credential);
    return credential;
  }

  /** Whether there was one. Does not end a session (OnsMqtt, UnRegisterDeviceCredential). */
  remove(instanceId: string, clientId: string): boolean {
    return this.#byName.delete(nameOf(instanceId, clientId));
  }

  countOf(instanceId: string): number {
    return [...this.#byName.values()].filter((one) => one.instanceId === instanceId).length;
  }

  /** ClientIds of a group, oldest first. */
  clientIdsOf(instanceId: string, groupId: string): readonly string[] {
    return [...this.#byName.values()]
      .filter((one) => one.instanceId === instanceId && one.clientId.startsWith(`${groupId}@@@`))
      .map((one) => one.clientId);
  }

  setOnline(clientId: string, online: boolean): void {
    if (online) this.#online.add(clientId);
    else this.#online.delete(clientId);
  }

  isOnline(clientId: string): boolean {
    return this.#online.has(clientId);
  }

  /**
   * Whether the broker would take this login: username `DeviceCredential|<DeviceAccessKeyId>|<InstanceId>`, password
   * Base64(HMAC-SHA1(DeviceAccessKeySecret, ClientId)), constant for a credential.
   */
  verifyLogin({ clientId, username, password }: Login): boolean {
    const [scheme, keyId, instanceId, ...more] = username.split('|');
    if (scheme !== 'DeviceCredential' || instanceId === undefined || more.length > 0) return false;
    const credential = this.find(instanceId, clientId);
    if (credential === undefined || credential.deviceAccessKeyId !== keyId) return false;
    const expected = createHmac('sha1', credential.deviceAccessKeySecret).update(clientId).digest('base64');
    return expected === password;
  }
}

/** No id holds a line end, so that no two names can meet. */
function nameOf(instanceId: string, clientId: string): string {
  return `${instanceId}\n${clientId}`;
}

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `DC.` and 22 characters, the form of the documents' examples. */
function newKey(): string {
  const letters = Array.from({ length: 22 }, () => KEY_ALPHABET[randomInt(KEY_ALPHABET.length)]);
  return `DC.${letters.join('')}`;
}
