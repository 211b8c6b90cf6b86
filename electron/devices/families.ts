/** The one table of device families. A new family is a folder and a line here. Must not: hold anything else. */
import type { DeviceFamilyName } from '../domain/work-order.ts';
import { esp32Nvs } from './esp32-nvs/family.ts';
import type { FamilyEntry } from './family-entry.ts';
import { script } from './script/family.ts';
import { smp } from './smp/family.ts';

export type FamilyTable = Readonly<Record<DeviceFamilyName, FamilyEntry>>;

export const FAMILIES: FamilyTable = {
  smp,
  'esp32-nvs': esp32Nvs,
  script,
};
