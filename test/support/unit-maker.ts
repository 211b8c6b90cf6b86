/**
 * Which device end the tests talk to: the emulated unit, or the reference in C (`KEYBENCH_UNIT=c`, the test project
 * `firmware`). Must not: let a test see a difference that the protocol does not allow.
 */
import { onTestFinished } from 'vitest';
import { createEmulatedUnit, type EmulatedUnit } from '../../electron/simulator/units/emulated-unit.ts';
import type { EmulatedUnitOptions } from '../../electron/simulator/units/unit-options.ts';
import { DeviceEndUnit } from './device-end/unit.ts';

export const isDeviceEndInC = process.env.KEYBENCH_UNIT === 'c';

/** What a test may see of a unit, and do with it; the emulated unit says what each means. */
export type TestUnit = Pick<
  EmulatedUnit,
  | 'hardwareId'
  | 'received'
  | 'boots'
  | 'bytes'
  | 'record'
  | 'isLocked'
  | 'faults'
  | 'power'
  | 'cutPower'
  | 'unplug'
  | 'plug'
  | 'close'
>;

export function createUnit(options: EmulatedUnitOptions): TestUnit {
  if (!isDeviceEndInC) return createEmulatedUnit(options);
  const unit = new DeviceEndUnit(options);
  // A process outlives what forgets it.
  onTestFinished(() => unit.close());
  return unit;
}
