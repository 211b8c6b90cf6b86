/** What the emulated cloud was asked and what became of it. Must not: hold a secret; it is printed as it is. */

export interface CallEntry {
  /** As the request named it, also where no such action exists. */
  readonly action: string;
  readonly clientId?: string;
  readonly instanceId?: string;
  /** ISO time by the emulated cloud's clock. */
  readonly at: string;
  /** `OK`, or the Code that was answered; for a fault below HTTP, its name. */
  readonly result: string;
  /** Whether the call was carried out, whatever the caller was told. */
  readonly committed: boolean;
  /** The planned fault that this call met. */
  readonly fault?: string;
}
