/** Sessions with emulated chips for tests of this family. */
import { onTestFinished } from 'vitest';
import { createEsp32Family } from '../../../electron/devices/esp32-nvs/family.ts';
import { entriesIn, readNvs } from '../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { textOf } from '../../../electron/devices/esp32-nvs/nvs/types.ts';
import { parseHardwareId } from '../../../electron/domain/ids.ts';
import type { DeviceRules, PayloadKind } from '../../../electron/domain/work-order.ts';
import type { EmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import type { ConnectOptions, DeviceSession, Payload, SlotPort } from '../../../electron/station/ports.ts';
import { MAC } from '../../support/esp32/chip.ts';
import { credentialOf, NEVER, orderOf } from '../../support/units.ts';

export const NVS = { offset: 0x9000, size: 0x6000 };

export function rulesOf(changes: Partial<DeviceRules> = {}): DeviceRules {
  return { family: 'esp32-nvs', baudRate: 115_200, bootTimeoutMs: 5000, ...changes };
}

export async function connectTo(
  slot: SlotPort,
  options: Partial<ConnectOptions> = {},
  signal: AbortSignal = NEVER,
): Promise<DeviceSession> {
  const session = await createEsp32Family().connect(
    slot,
    { rules: rulesOf(), waitMs: 10_000, ...options },
    signal,
  );
  onTestFinished(() => session.close());
  return session;
}

export function payloadOf(hardwareId = MAC, payload: PayloadKind = 'password', secret?: string): Payload {
  return createEsp32Family().encode(
    credentialOf(hardwareId, secret),
    parseHardwareId(hardwareId)!,
    orderOf({ payload }),
  );
}

/** What the partition holds in a namespace, as text by key; undefined where there is no such namespace. */
export function storedIn(
  chip: Pick<EmulatedEsp32, 'flash'>,
  namespace = 'keybench',
  { offset, size } = NVS,
): Record<string, string> | undefined {
  const entries = entriesIn(readNvs(chip.flash.read(offset, size)), namespace);
  return (
    entries &&
    Object.fromEntries(
      entries.map(({ key, value }) => [
        key,
        textOf(value) ?? ('value' in value ? String(value.value) : Buffer.from(value.data).toString('hex')),
      ]),
    )
  );
}
