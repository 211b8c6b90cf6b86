/** The one table of device families. A new family is a folder and a line here. Must not: hold anything else. */
import type { DeviceFamilyName } from '../domain/work-order.ts';
import type { DeviceFamily } from '../station/ports.ts';
import { createSmpFamily } from './smp/family.ts';

const FAMILIES: Readonly<Record<DeviceFamilyName, (() => DeviceFamily) | undefined>> = {
  smp: createSmpFamily,
  'esp32-nvs': undefined,
  script: undefined,
};

/** The family of that name, or undefined where this version has none. */
export function createFamily(name: DeviceFamilyName): DeviceFamily | undefined {
  return FAMILIES[name]?.();
}
