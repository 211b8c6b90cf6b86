/**
 * The contract: everything that a renderer may ask of a station and hear from it. Commands are imperative and go in;
 * pushes are news and come out. One contract for every host: Electron, loopback server, memory.
 * Must not: let a secret out. The one secret that goes in is the AccessKey that an engineer types.
 */
import type { ErrorCode, Evidence } from '../domain/errors.ts';
import type { RecordsPage } from './record-views.ts';
import type {
  AccessView,
  ConnectionResult,
  OrderPreview,
  OrderView,
  SlotDetailsView,
  SlotView,
  StationView,
  TrainingFault,
} from './views.ts';

export interface Commands {
  'station.snapshot': { input: Record<string, never>; output: StationView };
  'station.rename': { input: { name: string }; output: null };
  /** Sets who works here; empty: nobody. */
  'operator.set': { input: { operator: string }; output: null };
  'order.preview': { input: { fileName: string; text: string }; output: OrderPreview };
  'order.open': { input: { fileName: string; text: string }; output: OrderView };
  'order.close': { input: Record<string, never>; output: null };
  'slot.details': { input: { slotId: string }; output: SlotDetailsView };
  /** Stops the run in the slot: the write in hand is finished, the run ends ABORTED. */
  'slot.stop': { input: { slotId: string }; output: null };
  /** Clears a latched result without waiting for the unit's removal. */
  'slot.release': { input: { slotId: string }; output: null };
  /** One more attempt at the unit that is in the slot. */
  'slot.provision-again': { input: { slotId: string }; output: null };
  'slot.set-aside': { input: { slotId: string }; output: null };
  'slot.take-back': { input: { slotId: string }; output: null };
  'records.search': {
    input: { text: string; filter: RecordsFilter; orderNumber?: string; after?: string };
    output: RecordsPage;
  };
  'records.export': {
    input: { text: string; filter: RecordsFilter; orderNumber?: string; format: 'csv' | 'json' };
    output: { fileName: string; mediaType: string; text: string; rows: number; isComplete: boolean };
  };
  'access.enter': {
    input: { accessKeyId: string; accessKeySecret: string; securityToken?: string; keep: boolean };
    output: AccessView;
  };
  'access.forget': { input: Record<string, never>; output: AccessView };
  /** Tries the AccessKey against the open order's instance, or the one named. */
  'access.test': { input: { instanceId?: string; region?: string }; output: readonly ConnectionResult[] };
  /** Training only. */
  'training.inject': { input: { fault: TrainingFault; isActive: boolean; slotId?: string }; output: null };
}

export type RecordsFilter = 'passed' | 'all' | 'in-doubt';

export type CommandName = keyof Commands;
export type CommandInput<K extends CommandName> = Commands[K]['input'];
export type CommandOutput<K extends CommandName> = Commands[K]['output'];

/** The parts of the station's view that have changed, whole. `revision` is the one of the view that results. */
export interface Frame {
  readonly revision: number;
  /** Only those slots that changed; absent where none did. A slot is never removed by a frame. */
  readonly slots?: readonly SlotView[];
  readonly view?: Partial<Pick<StationView, 'mode' | 'foot' | 'access' | 'training'>>;
  /** null: the order was closed. */
  readonly order?: OrderView | null;
}

/** Data of an error on its way to a renderer. */
export interface ErrorPayload {
  readonly code: ErrorCode | ContractErrorCode;
  readonly evidence: Evidence;
}

/** What can be wrong with a command itself, beside the station's own errors. */
export const CONTRACT_ERROR_CODES = [
  'COMMAND_UNKNOWN',
  'COMMAND_INVALID',
  'NOT_POSSIBLE_NOW',
  'ORDER_INVALID',
  'ACCESS_MISSING',
  'STATION_AWAY',
] as const;
export type ContractErrorCode = (typeof CONTRACT_ERROR_CODES)[number];
