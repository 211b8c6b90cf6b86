/**
 * The state of a slot as a fold of its news. Total: each state × each event gives a state.
 *
 *   empty ─► waiting ─► running ─► finished ─► (removed) waiting …
 *                          └─────► already-done ─► (removed) waiting …
 *
 * Must not: read a clock; times come with the events.
 */
import type { HardwareId, RunId } from './ids.ts';
import type { Finish, Phase, RunEvent } from './run.ts';

export type SlotState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'waiting' }
  | RunningState
  | {
      readonly kind: 'finished';
      readonly at: string;
      readonly unit: UnitFacts | undefined;
      readonly finish: Finish;
      readonly times: PhaseRecord;
    }
  | {
      readonly kind: 'already-done';
      readonly at: string;
      readonly unit: UnitFacts;
      readonly passedAt: string;
      readonly orderNumber: string;
      readonly operator?: string;
    };

export interface RunningState {
  readonly kind: 'running';
  readonly unit: UnitFacts;
  readonly phase: Phase;
  /** Share of the current phase that is done, 0 to 1. */
  readonly share: number;
  readonly startedAt: string;
  readonly times: PhaseRecord;
  /** The phase waits until it is certain what became of a call to the cloud. */
  readonly awaitsCloud?: true;
}

export interface UnitFacts {
  readonly hardwareId: HardwareId;
  readonly runId?: RunId;
  readonly model?: string;
  readonly firmware?: string;
  readonly clientId?: string;
}

/** Milliseconds per finished phase. */
export type PhaseRecord = Readonly<Partial<Record<Phase, number>>>;

export const EMPTY_SLOT: SlotState = { kind: 'empty' };

export function reduceRun(state: SlotState, event: RunEvent): SlotState {
  switch (event.type) {
    case 'slot-waiting':
    case 'unit-removed':
      return { kind: 'waiting' };
    case 'unit-identified': {
      const { runId, hardwareId, model, firmware } = event;
      const unit = { runId, hardwareId, model, firmware };
      return { kind: 'running', unit, phase: 'identify', share: 0, startedAt: event.at, times: {} };
    }
    case 'client-id-claimed':
      return whileRunning(state, (run) => ({ ...run, unit: { ...run.unit, clientId: event.clientId } }));
    case 'phase-started':
      return whileRunning(state, ({ awaitsCloud: _, ...run }) => ({ ...run, phase: event.phase, share: 0 }));
    case 'cloud-awaited':
      return whileRunning(state, (run) => ({ ...run, awaitsCloud: true }));
    case 'phase-progressed':
      return whileRunning(state, (run) =>
        run.phase === event.phase ? { ...run, share: Math.max(run.share, clampShare(event.share)) } : run,
      );
    case 'phase-finished':
      return whileRunning(state, (run) => ({
        ...run,
        share: run.phase === event.phase ? 1 : run.share,
        times: { ...run.times, [event.phase]: event.ms },
      }));
    case 'already-done': {
      const { hardwareId, clientId, passedAt, orderNumber, operator } = event;
      const by = operator === undefined ? {} : { operator };
      return {
        kind: 'already-done',
        at: event.at,
        unit: { hardwareId, clientId },
        passedAt,
        orderNumber,
        ...by,
      };
    }
    case 'unit-finished': {
      const running = state.kind === 'running' ? state : undefined;
      const { type: _type, at, slot: _slot, port: _port, ...finish } = event;
      return { kind: 'finished', at, unit: running?.unit, finish, times: running?.times ?? {} };
    }
    default:
      return unreachable(event);
  }
}

function whileRunning(state: SlotState, change: (run: RunningState) => RunningState): SlotState {
  return state.kind === 'running' ? change(state) : state;
}

function clampShare(share: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
}

function unreachable(event: never): never {
  throw new Error(`no such event: ${JSON.stringify(event)}`);
}
