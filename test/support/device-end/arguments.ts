/** The options of an emulated unit as the command line of the device end in C. Must not: leave a fault out silently. */
import { join } from 'node:path';
import type { UnitFaults } from '../../../electron/simulator/units/faults.ts';
import type { EmulatedUnitOptions } from '../../../electron/simulator/units/unit-options.ts';
import type { FlashContent } from './flash-file.ts';

/** What is done of the operation in which power fails. */
export const CUT_MODES = ['before', 'first-half', 'last-half', 'bits', 'after'] as const;

export interface DeviceEndOptions extends EmulatedUnitOptions {
  /** Power fails in this operation of the flash, once. */
  readonly powerCut?: { readonly operation: number; readonly mode: (typeof CUT_MODES)[number] };
  /** Told what the flash holds whenever power has failed in an operation of it. */
  readonly onPowerFailed?: (content: FlashContent) => void;
}

/** As many bytes of data as fit one packet; the emulator may promise more than that. */
const CHUNK_MAX = 1984;
/** How far a fault of the flash is looked for. */
const OPERATIONS_MAX = 10_000;

export function argumentsFor(options: DeviceEndOptions, home: string): string[] {
  const { model = 'sensor-a', firmware = '1.0.0', chunk = 192 } = options;
  const { capabilities = ['prove', 'lock', 'erase'], resetDelayMs = 20, bootMs = 20 } = options;
  return [
    ...['--link', join(home, 'port'), '--flash', join(home, 'flash')],
    ...['--model', model, '--fw', firmware, '--caps', capabilities.join(',')],
    ...['--chunk', String(Math.min(chunk, CHUNK_MAX))],
    ...['--reset-delay', String(resetDelayMs), '--boot-delay', String(bootMs)],
    ...(options.vanishesInReset === undefined ? [] : ['--vanish']),
    ...(options.bootLog ? ['--noise', '0'] : []),
  ];
}

/** What goes wrong in its flash. A power cut comes once in the life of a unit: `hasFailed`, it has come. */
export function flashFaults(
  { powerCut }: DeviceEndOptions,
  { onFlash }: UnitFaults,
  hasFailed: boolean,
): string[] {
  if (powerCut !== undefined)
    return hasFailed ? [] : ['--power-cut', `${powerCut.operation}:${powerCut.mode}`];
  if (onFlash === undefined) return [];
  if (onFlash(1) === 'fails') return ['--fail', 'write,erase'];
  if (hasFailed) return [];
  for (let operation = 1; operation <= OPERATIONS_MAX; operation++) {
    if (onFlash(operation) === 'power-cut') return ['--power-cut', String(operation)];
  }
  throw new Error('a fault of the flash that the device end in C has no option for');
}
