/**
 * Where a host keeps the AccessKey that an engineer typed. In a browser's host it is kept in memory only; Electron seals it
 * for the next start, where the system can. Must not: write a key in clear, whatever the user wishes.
 */
import type { PlainAccess } from './station-channel.ts';

export interface AccessVault {
  /** Whether a key can be kept for the next start. */
  readonly canSeal: boolean;
  /** What was sealed before, or undefined. Never rejects: a key that cannot be opened is asked for again. */
  load(): Promise<PlainAccess | undefined>;
  /** Rejects where the system's keystore refuses; then nothing is kept. */
  seal(access: PlainAccess): Promise<void>;
  forget(): Promise<void>;
}

/** Keeps nothing beyond the process. */
export function createMemoryVault(): AccessVault {
  return {
    canSeal: false,
    load: async () => undefined,
    seal: async () => undefined,
    forget: async () => undefined,
  };
}
