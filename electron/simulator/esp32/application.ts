/**
 * What the emulated firmware makes of its NVS when it has started: one line that says whether there is a credential. Must not:
 * print a value, or judge a record as the station does; firmware looks for its keys.
 */
import { entriesIn, readNvs } from '../../devices/esp32-nvs/nvs/read-nvs.ts';
import type { FlashArray } from './flash-array.ts';
import { NVS } from './partition-image.ts';

/** What firmware cannot do without. */
const KEYS = ['cid', 'dig'];

export interface CredentialApplication {
  readonly address?: number;
  readonly size?: number;
  readonly namespace?: string;
}

/** For the option `application`; by default the partition of a plain project and the namespace of an order. */
export function credentialApplication({
  address = NVS.address,
  size = NVS.size,
  namespace = 'keybench',
}: CredentialApplication = {}): (flash: FlashArray) => readonly string[] {
  return (flash) => {
    const image = readNvs(flash.read(address, size));
    if (image.unreadable !== undefined) return [`keybench: nvs unreadable (${image.unreadable})`];
    const keys = (entriesIn(image, namespace) ?? []).map(({ key }) => key);
    const isThere = KEYS.every((key) => keys.includes(key));
    return [isThere ? 'keybench: credential present' : 'keybench: no credential'];
  };
}
