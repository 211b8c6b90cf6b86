/**
 * What the station's service needs beside the ports of a run: records to look up, remembered settings, the bench's
 * ports, the connection test. Implemented by hosts and adapters. Must not: contain behaviour.
 */
import type { OrderFaultView } from '../contract/views.ts';
import type { StationError } from '../domain/errors.ts';
import type { PhaseTimes } from '../domain/journal.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RunEvent } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { CloudHealth, DeviceFamily, Ledger, SlotPort } from './ports.ts';
import type { Station } from './station.ts';

/** One attempt as the ledger lists it. */
export interface ListedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly outcome?: Outcome;
  readonly code?: string;
  readonly cloudCode?: string;
  readonly phase?: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly phases: PhaseTimes;
  readonly hardwareId?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly clientId?: string;
  readonly instanceId?: string;
  readonly deviceAccessKeyId?: string;
  readonly digest?: string;
  readonly workOrder: string;
  readonly product?: string;
  readonly slot: string;
  readonly port: string;
  readonly operator?: string;
  readonly eventHash?: string;
  readonly profile?: string;
  readonly profileDigest?: string;
}

export interface ListedDoubt {
  readonly claim: { readonly clientId: string; readonly instanceId: string; readonly hardwareId: string };
  readonly since: string;
  readonly workOrder: string;
}

export interface RunQuery {
  readonly text?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly limit?: number | undefined;
  /** The `runId` of the last one of the page before. */
  readonly before?: string | undefined;
}

/** The ledger with the questions that a person asks of it. */
export interface RecordBook extends Ledger {
  records(query: RunQuery): Promise<{ readonly items: readonly ListedRun[] }>;
  runs(query: RunQuery): Promise<{ readonly items: readonly ListedRun[] }>;
  inDoubt(query: { readonly limit?: number }): Promise<readonly ListedDoubt[]>;
}

/** What is remembered over restarts. No secret. */
export interface Settings {
  readonly stationName: string;
  readonly operator?: string;
  /** Places that have become slots, by number. */
  readonly slots: readonly RememberedSlot[];
  readonly order?: OrderFile;
}

/** A work-order file that was opened. */
export interface OrderFile {
  readonly fileName: string;
  readonly text: string;
  /** The folder that it came from, where that is known. */
  readonly directory?: string;
}

export interface RememberedSlot {
  readonly number: number;
  /** The place on the bus, or the path that was named. */
  readonly place: string;
  readonly isOff?: boolean;
}

export interface SettingsStore {
  load(): Promise<Settings>;
  /** On disk, whole or not at all, when it resolves. */
  save(settings: Settings): Promise<void>;
}

/** A port that is present now, at its place. */
export interface PresentPlace {
  readonly place: string;
  readonly path: string;
}

export interface BenchPorts {
  scan(): Promise<readonly PresentPlace[]>;
  /** The slot at a place, called `name` in records. */
  slot(place: string, name: string): SlotPort;
}

/** A work order that was read, with the device family that its rules made. */
export interface WorkableOrder {
  readonly order: WorkOrder;
  /** As it was read, as canonical JSON. */
  readonly definition: string;
  readonly family: DeviceFamily;
}

export type ReadOrder =
  | ({ readonly ok: true; readonly warnings: readonly OrderFaultView[] } & WorkableOrder)
  | { readonly ok: false; readonly faults: readonly OrderFaultView[] };

/** A station whose order is open, and how its cloud is doing. */
export interface OpenBench {
  readonly station: Station;
  health(): CloudHealth;
}

export interface ServiceParts {
  readonly book: RecordBook;
  readonly ledgerPath: string;
  readonly settings: SettingsStore;
  readonly ports: BenchPorts;
  readonly mode: 'production' | 'training';
  readonly version: string;
  /** Files that the order names are looked for in `directory` first, where it is known. */
  readOrder(text: string, directory?: string): ReadOrder;
  /** Rejects LEDGER_* and DISK_FULL, and CLOUD_* where the AccessKey or the address cannot be used at all. */
  openBench(
    workable: WorkableOrder,
    operator: string | undefined,
    onEvent: (event: RunEvent) => void,
  ): Promise<OpenBench>;
  /** One harmless call to the cloud; resolves with what went wrong, or undefined. */
  probeCloud(target: WorkOrder['cloud'], signal: AbortSignal): Promise<StationError | undefined>;
  onFatal(error: StationError): void;
}
