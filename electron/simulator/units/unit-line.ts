/**
 * The unit's end of a serial line. Must not: know what the bytes mean.
 */
export interface UnitLine {
  /** Bytes towards the station. Dropped while the line is unplugged, or when nobody takes them. */
  send(bytes: Uint8Array): void;
  /** The one listener for bytes from the station. */
  onReceive(listener: (bytes: Uint8Array) => void): void;
  /** The port vanishes from the station's system. */
  unplug(): void;
  /** The port is there again; with `renamed` certainly under another name of the system. */
  plug(how?: { readonly renamed?: boolean }): Promise<void>;
  /** For good: releases what the line holds. */
  close(): void;
}
