/**
 * The one place where the station's interfaces meet their adapters. Must not: decide anything; it only wires.
 */
import { createCredentialRegistry } from '../cloud/credential-registry.ts';
import { createFamily } from '../devices/families.ts';
import { StationError } from '../domain/errors.ts';
import type { RunEvent } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { Ledger } from '../station/ports.ts';
import { Station } from '../station/station.ts';
import type { CloudAccess } from './environment.ts';

export interface ComposeOptions {
  readonly order: WorkOrder;
  readonly definition: string;
  readonly access: CloudAccess;
  readonly ledger: Ledger;
  readonly operator: string | undefined;
  readonly onEvent: (event: RunEvent) => void;
}

/** A station with its order opened and written down. Rejects LEDGER_* and DISK_FULL. */
export async function composeStation(options: ComposeOptions): Promise<Station> {
  const { order, definition, access, ledger, operator, onEvent } = options;
  const family = createFamily(order.device.family);
  if (family === undefined) throw new StationError('BUG', { family: order.device.family });
  const registry = createCredentialRegistry({ target: order.cloud, access });
  return Station.open({ ledger, registry, family, order, definition, operator, onEvent });
}
