/** When an AccessKey may be kept: the rule for each system, over a stand-in for its keystore. Needs no Electron binary. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyVault } from '../../electron/main/key-vault.ts';

const ACCESS = { accessKeyId: 'some-key-id', accessKeySecret: 'CanarySecret7f3K9xQ2mW' };

interface Keystore {
  readonly backend?: string;
  /** What its ciphertext begins with: `v10` for a password that everybody knows, but on Linux alone. */
  readonly mark: string;
  readonly isAvailable?: boolean;
  /** Before Electron 42 there were no asynchronous calls. */
  readonly isOld?: boolean;
  readonly shouldReEncrypt?: boolean;
  readonly isLocked?: () => boolean;
}

/** As Electron's, with a cipher that anybody can undo: the rule is tried here, not the system. */
function keystore(options: Keystore): SafeStorage {
  const { backend = 'unknown', mark, isAvailable = true, isOld = false, shouldReEncrypt = false } = options;
  const encrypt = (text: string) => Buffer.from(mark + Buffer.from(text).toString('hex'));
  const decrypt = (sealed: Buffer) => {
    if (options.isLocked?.()) throw new Error('locked');
    if (!sealed.toString().startsWith(mark)) throw new Error('not mine');
    return Buffer.from(sealed.toString().slice(mark.length), 'hex').toString();
  };
  const old = {
    getSelectedStorageBackend: () => backend,
    isEncryptionAvailable: () => isAvailable,
    encryptString: encrypt,
    decryptString: decrypt,
  };
  const asynchronous = {
    isAsyncEncryptionAvailable: async () => isAvailable,
    encryptStringAsync: async (text: string) => encrypt(text),
    decryptStringAsync: async (sealed: Buffer) => ({ result: decrypt(sealed), shouldReEncrypt }),
  };
  return (isOld ? old : { ...old, ...asynchronous }) as unknown as SafeStorage;
}

function newPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-vault-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'access-key.sealed');
}

const vaultOf = (options: Keystore, platform: NodeJS.Platform, path = newPath()) =>
  createKeyVault({ safeStorage: keystore(options), platform, path });

describe.each([
  ['the asynchronous calls', false],
  ['the calls before Electron 42', true],
])('the key vault over %s', (_name, isOld) => {
  it.each([
    ['Linux with libsecret', 'linux', { backend: 'gnome_libsecret', mark: 'v11' }],
    ['Linux with KWallet 6', 'linux', { backend: 'kwallet6', mark: 'v11' }],
    ['Windows', 'win32', { mark: 'v10' }],
    ['macOS', 'darwin', { mark: 'v10' }],
  ] as const)(
    'keeps a key on %s for the next start, readable by its owner alone',
    async (_system, platform, kind) => {
      const path = newPath();
      const vault = await vaultOf({ ...kind, isOld }, platform, path);
      expect(vault.canSeal).toBe(true);
      expect(await vault.load()).toBeUndefined();
      await vault.seal({ ...ACCESS, securityToken: 'token' });
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).not.toContain(ACCESS.accessKeySecret);
      const next = await vaultOf({ ...kind, isOld }, platform, path);
      expect(await next.load()).toEqual({ ...ACCESS, securityToken: 'token' });
      await next.forget();
      expect(await next.load()).toBeUndefined();
    },
  );

  it.each([
    ['no keyring', { backend: 'basic_text', mark: 'v10' }],
    ['a backend that says it is one, with the known password', { backend: 'gnome_libsecret', mark: 'v10' }],
    ['the known password under another mark', { backend: 'basic_text', mark: 'v11' }],
    ['a backend that is not known', { backend: 'unknown', mark: 'v11' }],
    ['a keyring that is not available', { backend: 'kwallet5', mark: 'v11', isAvailable: false }],
    ['a keyring that does not give back', { backend: 'kwallet5', mark: 'v11', isLocked: () => true }],
  ] as const)('keeps nothing on Linux with %s', async (_system, kind) => {
    const path = newPath();
    const vault = await vaultOf({ ...kind, isOld }, 'linux', path);
    expect(vault.canSeal).toBe(false);
    await expect(vault.seal(ACCESS)).rejects.toThrow();
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    expect(await vault.load()).toBeUndefined();
  });

  it('opens nothing that was sealed with the known password, though the keystore would', async () => {
    const path = newPath();
    const kind = { backend: 'gnome_libsecret', mark: 'v1', isOld };
    writeFileSync(path, `v10${Buffer.from(JSON.stringify(ACCESS)).toString('hex')}`);
    const storage = { ...keystore(kind) };
    const vault = await createKeyVault({ safeStorage: storage as SafeStorage, platform: 'linux', path });
    expect(await vault.load()).toBeUndefined();
  });

  it('asks for the key again where the sealed one cannot be opened, and leaves it there', async () => {
    const path = newPath();
    let isLocked = false;
    const kind = { backend: 'gnome_libsecret', mark: 'v11', isOld, isLocked: () => isLocked };
    const vault = await vaultOf(kind, 'linux', path);
    await vault.seal(ACCESS);
    isLocked = true;
    expect(await vault.load()).toBeUndefined();
    isLocked = false;
    expect(await vault.load()).toEqual(ACCESS);
    writeFileSync(path, 'v11damaged');
    expect(await vault.load()).toBeUndefined();
  });
});

it('seals anew what was sealed under an older key', async () => {
  const path = newPath();
  const vault = await vaultOf({ mark: 'v10', shouldReEncrypt: true }, 'win32', path);
  await vault.seal(ACCESS);
  const { ino } = statSync(path);
  expect(await vault.load()).toEqual(ACCESS);
  expect(statSync(path).ino).not.toBe(ino);
});
