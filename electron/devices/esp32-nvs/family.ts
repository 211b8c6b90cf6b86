/**
 * Device family esp32-nvs: the record as entries of non-volatile storage, written into the flash of an ESP32 through the chip's
 * own loader; no firmware of ours is needed. Must not: hold state; a session is the only thing that lives.
 */
import type { ConnectOptions, DeviceFamily, DeviceSession, SlotPort } from '../../station/ports.ts';
import { recordPayload } from '../canonical-record.ts';
import type { FamilyEntry } from '../family-entry.ts';
import { recordFields } from '../record-fields.ts';
import { ESP32_KEYS } from './rules.ts';

export const esp32Nvs: FamilyEntry = { keys: ESP32_KEYS, create: createEsp32Family };

export function createEsp32Family(): DeviceFamily {
  return {
    name: 'esp32-nvs',
    encode: (credential, hardwareId, order) =>
      recordPayload(recordFields(credential, order), credential.clientId, hardwareId),
    connect,
  };
}

/** The loader's tables and stubs are loaded when the first chip is waited for: other families do without. */
async function connect(slot: SlotPort, options: ConnectOptions, signal: AbortSignal): Promise<DeviceSession> {
  const [{ findChip }, { createEsp32Session }] = await Promise.all([
    import('./find-chip.ts'),
    import('./session.ts'),
  ]);
  return createEsp32Session(await findChip(slot, options, signal));
}
