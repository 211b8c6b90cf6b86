/** The foot line: what the station depends on, and who works where. Must not: ask anybody; it is told. */
import type { FootView } from '../contract/views.ts';
import type { StationError } from '../domain/errors.ts';
import type { CloudHealth } from './ports.ts';
import type { Settings } from './service-ports.ts';

export interface FootFacts {
  readonly ledgerPath: string;
  /** What stopped the station, if anything did. */
  readonly failed: StationError | undefined;
  readonly settings: Settings;
  readonly slots: readonly { readonly isPresent: boolean }[];
  /** Absent while no order is open. */
  readonly health: CloudHealth | undefined;
}

export function footView({ ledgerPath, failed, settings, slots, health }: FootFacts): FootView {
  const { stationName, operator } = settings;
  return {
    cloud: cloudView(health),
    ledger: {
      file: ledgerPath,
      ...(failed === undefined ? { state: 'well' } : { state: 'failed', code: failed.code }),
    },
    slots: { present: slots.filter(({ isPresent }) => isPresent).length, total: slots.length },
    stationName,
    ...(operator === undefined ? {} : { operator }),
  };
}

function cloudView(health: CloudHealth | undefined): FootView['cloud'] {
  if (health?.paused) return { state: 'paused' };
  const { latencyMs, skewMs } = health ?? {};
  if (latencyMs === undefined) return { state: 'unknown' };
  return { state: 'well', latencyMs, ...(skewMs === undefined ? {} : { skewMs }) };
}
