/**
 * A run: one attempt at one unit in one slot, its five phases and what it announces while it goes on.
 * Must not: decide anything; control is by call, this is only the news.
 */
import type { ErrorCode, Evidence } from './errors.ts';
import type { ClientId, HardwareId, RunId } from './ids.ts';
import type { Blame, Outcome, Retry } from './outcome.ts';

export const PHASES = ['identify', 'register', 'write', 'verify', 'record'] as const;
export type Phase = (typeof PHASES)[number];

/** News of one slot, in the order in which it happened. `at` is ISO time of the station. */
export type RunEvent = { readonly at: string; readonly slot: string; readonly port: string } & RunNews;

export type RunNews =
  /** The slot waits for a unit to answer. */
  | { readonly type: 'slot-waiting' }
  | {
      readonly type: 'unit-identified';
      readonly runId: RunId;
      readonly hardwareId: HardwareId;
      readonly model: string;
      readonly firmware: string;
    }
  | { readonly type: 'client-id-claimed'; readonly clientId: ClientId }
  | { readonly type: 'phase-started'; readonly phase: Phase }
  /** Share of the phase that is done, 0 to 1. */
  | { readonly type: 'phase-progressed'; readonly phase: Phase; readonly share: number }
  /** The answer to a call that changes something was lost: until when, ISO time, it must not be repeated. */
  | { readonly type: 'cloud-awaited'; readonly phase: Phase; readonly until: string }
  | { readonly type: 'phase-finished'; readonly phase: Phase; readonly ms: number }
  | {
      readonly type: 'already-done';
      readonly hardwareId: HardwareId;
      readonly clientId: ClientId;
      readonly recordId: RunId;
      /** When, for which order and by whom the unit was passed. */
      readonly passedAt: string;
      readonly orderNumber: string;
      readonly operator?: string;
    }
  | ({ readonly type: 'unit-finished' } & Finish)
  /** The unit was taken out: the slot is free. */
  | { readonly type: 'unit-removed' };

export type Finish =
  | {
      readonly outcome: 'PASS';
      readonly recordId: RunId;
      readonly clientId: ClientId;
      readonly inDoubt: false;
    }
  | {
      readonly outcome: Exclude<Outcome, 'PASS'>;
      readonly code: ErrorCode;
      readonly blame: Blame;
      readonly retry: Retry;
      /** A person must decide before the station goes on with this unit. */
      readonly held: boolean;
      /** A credential was begun for this unit and is neither proved nor refused. */
      readonly inDoubt: boolean;
      readonly phase?: Phase;
      readonly clientId?: ClientId;
      /** The cloud's own code, where it gave one. */
      readonly cloudCode?: string;
      readonly evidence: Evidence;
    };
