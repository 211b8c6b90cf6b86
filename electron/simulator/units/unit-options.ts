/** What an emulated unit is made of. Must not: hold behaviour. */
import type { UnitFaults } from './faults.ts';
import type { DeviceFacts } from './provisioning-device.ts';
import type { UnitLine } from './unit-line.ts';

export interface EmulatedUnitOptions extends Partial<DeviceFacts> {
  readonly line: UnitLine;
  /** Kept in a file where it should outlive the emulator. */
  readonly flashFile?: string;
  /** Emulated speed of the line; undefined: as fast as it goes. */
  readonly baudRate?: number;
  /** Milliseconds from power to the first answer. */
  readonly bootMs?: number;
  /** Milliseconds from the answer to a reset until the restart; up to 1,000. */
  readonly resetDelayMs?: number;
  /** The port vanishes in a restart, and is back when the unit has booted. */
  readonly vanishesInReset?: 'same name' | 'another name';
  /** Milliseconds that begin, commit, lock and erase take. */
  readonly flashMs?: number;
  /** Most base64 characters of a line that it sends; a multiple of four. */
  readonly lineCharacters?: number;
  /** Most bytes that it hands to its UART at once. */
  readonly writeBytes?: number;
  /** Prints a boot log, as firmware does. */
  readonly bootLog?: boolean;
  readonly powered?: boolean;
  readonly faults?: UnitFaults;
  /** For repeatable noise: numbers of 0 to 1. */
  readonly random?: () => number;
}

const FACTS: DeviceFacts = {
  hardwareId: 'AABBCCDDEEFF',
  model: 'sensor-a',
  firmware: '1.0.0',
  chunk: 192,
  capabilities: ['prove', 'lock', 'erase'],
  recordMax: 1024,
};
/** What the unit says of itself: the options over the defaults. */
export function factsOf(options: Partial<DeviceFacts>): DeviceFacts {
  const names = Object.keys(FACTS) as (keyof DeviceFacts)[];
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return { ...FACTS, ...Object.fromEntries(given) };
}
