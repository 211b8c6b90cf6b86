/**
 * What a renderer is shown. Whole values, replaced and never patched. Must not: carry a secret, or a sentence; texts
 * are made in the renderer from codes. Times are ISO strings of the station, spans are milliseconds.
 */
import type { ErrorCode, Evidence } from '../domain/errors.ts';
import type { Blame, Outcome, Retry } from '../domain/outcome.ts';
import type { PlaceInFile, Reason } from '../domain/reason.ts';
import type { Phase } from '../domain/run.ts';

export interface UnitView {
  readonly hardwareId: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly clientId?: string;
  readonly runId?: string;
}

/** Milliseconds per finished phase. */
export type PhaseTimesView = Readonly<Partial<Record<Phase, number>>>;

/** A failure as the board shows it. The one big word follows from `outcome`, `isHeld` and `isInDoubt`. */
export interface FailureView {
  readonly outcome: Exclude<Outcome, 'PASS'>;
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly retry: Retry;
  /** A person must decide: DECIDE. */
  readonly isHeld: boolean;
  /** A credential was begun and is neither proved nor refused. */
  readonly isInDoubt: boolean;
  readonly phase?: Phase;
  readonly cloudCode?: string;
  readonly evidence: Evidence;
}

export type SlotStateView =
  /** Nothing can start here: no order is open, or the port is absent. */
  | { readonly kind: 'empty' }
  /** Waits for a unit. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'running';
      /** Absent while a port has just come and what is plugged in has not answered yet. */
      readonly unit?: UnitView;
      readonly phase: Phase;
      /** Of the whole run, 0 to 100. */
      readonly percent: number;
      /** Of the current phase, 0 to 1. */
      readonly share: number;
      readonly startedAt: string;
      readonly times: PhaseTimesView;
      /** An answer of the cloud was lost, and the station waits until it is certain what became of the call. */
      readonly awaitsCloud?: true;
    }
  | {
      readonly kind: 'passed';
      readonly unit: UnitView;
      readonly at: string;
      readonly recordId: string;
      readonly times: PhaseTimesView;
    }
  | {
      readonly kind: 'done-before';
      readonly unit: UnitView;
      readonly at: string;
      readonly passedAt: string;
      readonly orderNumber: string;
      readonly operator?: string;
    }
  | {
      readonly kind: 'failed';
      readonly unit?: UnitView;
      readonly at: string;
      readonly failure: FailureView;
      readonly times: PhaseTimesView;
    }
  /** Set aside by a person. */
  | { readonly kind: 'off' };

export interface SlotView {
  readonly slotId: string;
  /** What people call it: 1, 2, 3 … */
  readonly number: number;
  /** The port's present path, where one is present. */
  readonly port?: string;
  readonly state: SlotStateView;
}

export interface OrderView {
  readonly number: string;
  readonly product: string;
  readonly quantity: number;
  readonly passed: number;
  readonly remaining: number;
  readonly inDoubt: number;
  /** Share of units that passed at their first attempt, unit faults alone counted; undefined before the first. */
  readonly firstPassYield?: number;
  readonly retries: number;
  /** Over the last quarter of an hour, or since the first unit of this opening; undefined before two have passed. */
  readonly unitsPerHour?: number;
  readonly taktSeconds?: number;
  /** Shares of the five phases in a typical run, summing to 1: the widths of the rail. */
  readonly phaseShares: readonly [number, number, number, number, number];
  readonly device: { readonly family: string; readonly model?: string; readonly baudRate: number };
  readonly cloud: {
    readonly region: string;
    readonly instanceId: string;
    readonly groupId: string;
    readonly endpoint: string;
  };
  readonly clientId: string;
  readonly broker: string;
  readonly verify: string;
  readonly existing: string;
  readonly payload: string;
  readonly lock: boolean;
}

/** What the station depends on, for the foot line. */
export interface FootView {
  readonly cloud: {
    readonly state: 'unknown' | 'well' | 'paused' | 'away';
    readonly latencyMs?: number;
    readonly skewMs?: number;
  };
  readonly ledger: { readonly state: 'well' | 'failed'; readonly code?: ErrorCode; readonly file: string };
  readonly slots: { readonly present: number; readonly total: number };
  readonly stationName: string;
  readonly operator?: string;
}

/** Where the AccessKey comes from; never the key. `accessKeyId` is shown shortened. */
export interface AccessView {
  readonly source: 'missing' | 'environment' | 'typed' | 'sealed' | 'training';
  readonly accessKeyId?: string;
  readonly isTemporary?: boolean;
  /** Whether this host can seal a key for the next start. */
  readonly canSeal: boolean;
}

export interface StationView {
  /** Grows by one with each frame; a gap means: take a new snapshot. */
  readonly revision: number;
  readonly mode: 'production' | 'training';
  readonly version: string;
  readonly order?: OrderView;
  readonly slots: readonly SlotView[];
  readonly foot: FootView;
  readonly access: AccessView;
  /** Faults injected at present (training only). */
  readonly training?: TrainingView;
}

export const TRAINING_FAULTS = [
  'pulled-cable',
  'brown-out',
  'throttled-cloud',
  'lost-answer',
  'wrong-unit',
  'noisy-line',
] as const;
export type TrainingFault = (typeof TRAINING_FAULTS)[number];

export interface TrainingView {
  readonly active: readonly TrainingFault[];
  readonly broker: string;
  readonly cloud: string;
}

export interface TranscriptLine {
  readonly at: string;
  readonly direction: 'sent' | 'received' | 'line' | 'event';
  readonly text: string;
}

/** What the slot panel shows beside the tile. */
export interface SlotDetailsView {
  readonly slot: SlotView;
  readonly transcript: readonly TranscriptLine[];
  readonly actions: readonly SlotAction[];
}

export const SLOT_ACTIONS = ['stop', 'release', 'provision-again', 'set-aside', 'take-back'] as const;
export type SlotAction = (typeof SLOT_ACTIONS)[number];

/** A fault of a work-order file, with the place where it is. */
export interface OrderFaultView {
  readonly line?: number;
  readonly field: string;
  readonly reason: Reason;
  /** Where, in a file that the field names. */
  readonly file?: PlaceInFile;
}

export type OrderPreview =
  | {
      readonly ok: true;
      readonly order: Omit<OrderView, 'passed' | 'remaining' | 'inDoubt' | 'retries' | 'phaseShares'>;
      readonly example: string;
      /** What the file allows and its author should know. */
      readonly warnings: readonly OrderFaultView[];
    }
  | { readonly ok: false; readonly faults: readonly OrderFaultView[] };

export const CONNECTION_STEPS = ['network', 'api', 'clock', 'key', 'permission', 'instance'] as const;
export type ConnectionStep = (typeof CONNECTION_STEPS)[number];

/** One step of the connection test; those after a failed one were not tried. */
export interface ConnectionResult {
  readonly step: ConnectionStep;
  readonly result: 'well' | 'failed' | 'not-tried';
  readonly code?: ErrorCode;
  readonly evidence?: Evidence;
}
