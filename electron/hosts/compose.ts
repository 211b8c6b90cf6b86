/**
 * The one place where the station's interfaces meet their adapters. Must not: decide anything; it only wires.
 */
import { createCredentialRegistry } from '../cloud/credential-registry.ts';
import type { Lateness } from '../domain/lateness.ts';
import type { RunEvent } from '../domain/run.ts';
import type { Ledger } from '../station/ports.ts';
import type { WorkableOrder } from '../station/service-ports.ts';
import { Station } from '../station/station.ts';
import type { CloudAccess } from './environment.ts';

export interface ComposeOptions extends WorkableOrder {
  readonly access: CloudAccess;
  readonly ledger: Ledger;
  readonly operator: string | undefined;
  readonly onEvent: (event: RunEvent) => void;
  /** How long an earlier call to the cloud may still be carried out; given by tests. */
  readonly lateness?: Lateness | undefined;
}

/** A station with its order opened and written down. Rejects LEDGER_* and DISK_FULL. */
export async function composeStation(options: ComposeOptions): Promise<Station> {
  const { order, definition, family, access, ledger, operator, onEvent, lateness } = options;
  const registry = createCredentialRegistry({ target: order.cloud, access });
  return Station.open({ ledger, registry, family, order, definition, operator, onEvent, lateness });
}
