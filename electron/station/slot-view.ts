/** A slot's state as the renderer sees it. Must not: know the bench; it is a pure translation. */
import type { FailureView, SlotStateView, UnitView } from '../contract/views.ts';
import type { SlotState, UnitFacts } from '../domain/reduce-run.ts';
import type { Finish } from '../domain/run.ts';
import { PHASES, type Phase } from '../domain/run.ts';

export type PhaseShares = readonly [number, number, number, number, number];

/** `arrivedAt`: since when something is plugged in that has not answered yet. */
export function slotStateView(
  state: SlotState,
  shares: PhaseShares,
  arrivedAt: string | undefined,
): SlotStateView {
  switch (state.kind) {
    case 'empty':
      return { kind: 'empty' };
    case 'waiting':
      if (arrivedAt === undefined) return { kind: 'ready' };
      return { kind: 'running', phase: 'identify', percent: 0, share: 0, startedAt: arrivedAt, times: {} };
    case 'running': {
      const { phase, share, startedAt, times, awaitsCloud } = state;
      const percent = percentOf(phase, share, shares);
      const waits = awaitsCloud ? { awaitsCloud } : {};
      return {
        kind: 'running',
        unit: unitView(state.unit),
        phase,
        percent,
        share,
        startedAt,
        times,
        ...waits,
      };
    }
    case 'already-done': {
      const { at, passedAt, orderNumber, operator } = state;
      const by = operator === undefined ? {} : { operator };
      return { kind: 'done-before', unit: unitView(state.unit), at, passedAt, orderNumber, ...by };
    }
    case 'finished': {
      const { at, finish, times } = state;
      const unit = state.unit === undefined ? undefined : unitView(state.unit);
      if (finish.outcome === 'PASS' && unit !== undefined) {
        return { kind: 'passed', unit, at, recordId: finish.recordId, times };
      }
      const failure = failureView(finish);
      return { kind: 'failed', ...(unit === undefined ? {} : { unit }), at, failure, times };
    }
  }
}

function unitView({ hardwareId, runId, model, firmware, clientId }: UnitFacts): UnitView {
  const facts = { runId, model, firmware, clientId };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { hardwareId, ...known };
}

/** A PASS without a unit cannot be; should it come, it is our fault and must not be green. */
function failureView(finish: Finish): FailureView {
  if (finish.outcome === 'PASS') {
    const bug = { outcome: 'ERROR', code: 'BUG', blame: 'station', retry: 'never' } as const;
    return { ...bug, isHeld: false, isInDoubt: false, evidence: {} };
  }
  const { outcome, code, blame, retry, held, inDoubt, phase, cloudCode, evidence } = finish;
  return {
    outcome,
    code,
    blame,
    retry,
    isHeld: held,
    isInDoubt: inDoubt,
    ...(phase === undefined ? {} : { phase }),
    ...(cloudCode === undefined ? {} : { cloudCode }),
    evidence,
  };
}

/** Of the whole run, 0 to 100, by the shares of time that the phases take. Never 100 while it runs. */
function percentOf(phase: Phase, share: number, shares: PhaseShares): number {
  const index = PHASES.indexOf(phase);
  const before = shares.slice(0, index).reduce((sum, part) => sum + part, 0);
  return Math.min(99, Math.round(100 * (before + share * (shares[index] ?? 0))));
}
