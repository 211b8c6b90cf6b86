/**
 * The station with an open work order: what all its slots share. Opening writes the order down first.
 * Must not: know how slots are found, or who listens.
 */
import type { StationError } from '../domain/errors.ts';
import { LATENESS, type Lateness } from '../domain/lateness.ts';
import type { RunEvent } from '../domain/run.ts';
import { recipeOf, type WorkOrder } from '../domain/work-order.ts';
import { Leases } from './leases.ts';
import { Places } from './places.ts';
import type { CredentialRegistry, DeviceFamily, Ledger, SlotPort } from './ports.ts';
import { SlotRunner } from './slot-runner.ts';

/** What the slots of one open order work with. */
export interface Bench {
  readonly order: WorkOrder;
  readonly operator: string | undefined;
  readonly ledger: Ledger;
  readonly registry: CredentialRegistry;
  readonly family: DeviceFamily;
  readonly leases: Leases;
  readonly places: Places;
  /** How long an earlier call to the cloud may still be carried out; given by tests. */
  readonly lateness: Lateness;
  announce(event: RunEvent): void;
}

export interface StationParts {
  readonly ledger: Ledger;
  readonly registry: CredentialRegistry;
  readonly family: DeviceFamily;
  readonly order: WorkOrder;
  /** The order's definition as it was read, as canonical JSON. */
  readonly definition: string;
  readonly operator?: string | undefined;
  readonly lateness?: Lateness | undefined;
  /** Called for each piece of news, in order. Must not throw. */
  readonly onEvent: (event: RunEvent) => void;
}

export class Station {
  readonly #bench: Bench;

  private constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Writes the order down and opens it. Rejects LEDGER_* and DISK_FULL; then nothing was started. */
  static async open(parts: StationParts): Promise<Station> {
    const { ledger, registry, family, order, operator, onEvent, lateness = LATENESS } = parts;
    const { number, product, quantity } = order;
    const { definition } = parts;
    await ledger.append([
      { type: 'order.opened', number, product, quantity, recipe: recipeOf(order), definition },
    ]);
    const { passed } = await ledger.orderCounts(number);
    return new Station({
      order,
      operator,
      ledger,
      registry,
      family,
      leases: new Leases(),
      places: new Places(quantity, passed),
      lateness,
      announce: onEvent,
    });
  }

  slot(port: SlotPort): SlotRunner {
    return new SlotRunner({ slot: port, bench: this.#bench });
  }
}

/** Whether an error means that the station can start no unit any more: the ledger or its disk. */
export function stopsStation(error: StationError): boolean {
  return error.code.startsWith('LEDGER_') || error.code === 'DISK_FULL';
}
