/**
 * Who holds which hardware id and which ClientId at this moment. Two runs that claim one identity must never be
 * alive together. Must not: outlive the process; a crash frees everything, the ledger remembers the rest.
 */
import { StationError } from '../domain/errors.ts';
import type { ClientId, HardwareId } from '../domain/ids.ts';

export class Leases {
  readonly #held = new Map<string, string>();

  /** Takes the unit for a run in `slot`; DUPLICATE_IDENTITY names the slot that holds it already. */
  unit(hardwareId: HardwareId, slot: string): Disposable {
    return this.#take(`unit ${hardwareId}`, slot, { hardwareId });
  }

  /** Takes the ClientId within its instance. */
  clientId(instanceId: string, clientId: ClientId, slot: string): Disposable {
    return this.#take(`client ${instanceId} ${clientId}`, slot, { clientId });
  }

  #take(key: string, slot: string, evidence: Record<string, string>): Disposable {
    const holder = this.#held.get(key);
    if (holder !== undefined)
      throw new StationError('DUPLICATE_IDENTITY', { ...evidence, heldBySlot: holder });
    this.#held.set(key, slot);
    return { [Symbol.dispose]: () => void this.#held.delete(key) };
  }
}
