/**
 * Keeps the AccessKey for the next start, sealed by the system's keystore; where there is none, it keeps nothing.
 * Must not: trust Electron's word on Linux. There a fallback with a password that everybody knows counts as "available";
 * its ciphertext starts with `v10` (components/os_crypt of Chromium), and is refused both ways.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import type { AccessVault } from '../hosts/access-vault.ts';
import type { PlainAccess } from '../hosts/station-channel.ts';

export interface KeyVaultParts {
  readonly safeStorage: SafeStorage;
  readonly platform: NodeJS.Platform;
  /** Where the sealed key is kept; readable by its owner alone. */
  readonly path: string;
}

interface Seal {
  encrypt(text: string): Promise<Buffer>;
  /** With `isOld` where it should be sealed anew. */
  decrypt(sealed: Buffer): Promise<{ readonly text: string; readonly isOld: boolean }>;
}

const LINUX_KEYSTORES: readonly string[] = ['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'];
const KNOWN_PASSWORD = 'v10';

const schema = z.object({
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  securityToken: z.string().optional(),
});

/** Only after Electron is ready. */
export async function createKeyVault({ safeStorage, platform, path }: KeyVaultParts): Promise<AccessVault> {
  const seal = await workingSeal(safeStorage, platform);
  const forget = () => rm(path, { force: true });
  if (seal === undefined) {
    return {
      canSeal: false,
      load: async () => undefined,
      seal: async () => {
        throw new Error('this system has no keystore');
      },
      forget,
    };
  }
  const write = async (access: PlainAccess) => replaceFile(path, await seal.encrypt(JSON.stringify(access)));
  return {
    canSeal: true,
    async load() {
      try {
        const { text, isOld } = await seal.decrypt(await readFile(path));
        const { securityToken, ...pair } = schema.parse(JSON.parse(text));
        const access = securityToken === undefined ? pair : { ...pair, securityToken };
        if (isOld) await write(access).catch(() => undefined);
        return access;
      } catch {
        return undefined;
      }
    },
    seal: write,
    forget,
  };
}

/** The system's keystore, tried out; undefined where it does not keep a secret. */
async function workingSeal(storage: SafeStorage, platform: NodeJS.Platform): Promise<Seal | undefined> {
  if (platform === 'linux' && !LINUX_KEYSTORES.includes(storage.getSelectedStorageBackend()))
    return undefined;
  const seal = refusingKnownPassword(sealOf(storage), platform);
  try {
    const isAvailable = hasAsync(storage)
      ? await storage.isAsyncEncryptionAvailable()
      : storage.isEncryptionAvailable();
    if (!isAvailable) return undefined;
    const probe = 'keybench';
    const { text } = await seal.decrypt(await seal.encrypt(probe));
    return text === probe ? seal : undefined;
  } catch {
    return undefined;
  }
}

/** The asynchronous calls, or those before Electron 42, which has no others. */
function sealOf(storage: SafeStorage): Seal {
  if (!hasAsync(storage)) {
    return {
      encrypt: async (text) => storage.encryptString(text),
      decrypt: async (sealed) => ({ text: storage.decryptString(sealed), isOld: false }),
    };
  }
  return {
    encrypt: (text) => storage.encryptStringAsync(text),
    async decrypt(sealed) {
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(sealed);
      return { text: result, isOld: shouldReEncrypt };
    },
  };
}

/** On Windows and macOS `v10` is the ordinary form. */
function refusingKnownPassword(seal: Seal, platform: NodeJS.Platform): Seal {
  if (platform !== 'linux') return seal;
  const checked = (sealed: Buffer) => {
    if (sealed.subarray(0, KNOWN_PASSWORD.length).toString('latin1') === KNOWN_PASSWORD)
      throw new Error('not sealed: the password is known');
    return sealed;
  };
  return {
    encrypt: async (text) => checked(await seal.encrypt(text)),
    decrypt: async (sealed) => seal.decrypt(checked(sealed)),
  };
}

function hasAsync(storage: SafeStorage): boolean {
  return typeof (storage as Partial<SafeStorage>).encryptStringAsync === 'function';
}

async function replaceFile(path: string, content: Buffer): Promise<void> {
  const next = `${path}.new`;
  await rm(next, { force: true });
  const file = await open(next, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
