/** The slot's state machine: every state × every event. */
import { describe, expect, it } from 'vitest';
import type { ClientId, HardwareId, RunId } from '../../../electron/domain/ids.ts';
import { EMPTY_SLOT, reduceRun, type SlotState } from '../../../electron/domain/reduce-run.ts';
import type { RunEvent, RunNews } from '../../../electron/domain/run.ts';

const hardwareId = '240AC4019F02' as HardwareId;
const runId = 'run-1' as RunId;
const clientId = 'GID_sensor@@@240AC4019F02' as ClientId;
const at = '2026-11-24T08:00:00.000Z';
const event = (news: RunNews): RunEvent => ({ at, slot: '1', port: '/dev/ttyACM0', ...news });

const NEWS: readonly RunNews[] = [
  { type: 'slot-waiting' },
  { type: 'unit-identified', runId, hardwareId, model: 'sensor-a', firmware: '1.2' },
  { type: 'client-id-claimed', clientId },
  { type: 'phase-started', phase: 'write' },
  { type: 'phase-progressed', phase: 'write', share: 0.5 },
  { type: 'phase-finished', phase: 'write', ms: 12 },
  { type: 'already-done', hardwareId, clientId, recordId: runId, passedAt: at, orderNumber: 'WO-1' },
  { type: 'unit-finished', outcome: 'PASS', recordId: runId, clientId, inDoubt: false },
  {
    type: 'unit-finished',
    outcome: 'FAIL',
    code: 'PROOF_WRONG',
    blame: 'unit',
    retry: 'never',
    held: false,
    inDoubt: true,
    evidence: {},
  },
  { type: 'unit-removed' },
  { type: 'cloud-awaited', phase: 'register', until: at },
];

const fold = (...news: RunNews[]): SlotState => news.map(event).reduce(reduceRun, EMPTY_SLOT);
const identified = NEWS[1]!;

describe('a slot', () => {
  it('is in a definite state after every two pieces of news', () => {
    const kinds = ['empty', 'waiting', 'running', 'finished', 'already-done'];
    for (const first of NEWS) for (const second of NEWS) expect(kinds).toContain(fold(first, second).kind);
  });

  it('keeps unit, phase and share while it runs, and never goes backwards within a phase', () => {
    const state = fold(
      identified,
      { type: 'phase-started', phase: 'write' },
      { type: 'phase-progressed', phase: 'write', share: 0.7 },
      { type: 'phase-progressed', phase: 'write', share: 0.2 },
      { type: 'phase-progressed', phase: 'identify', share: 1 },
    );
    expect(state).toMatchObject({ kind: 'running', phase: 'write', share: 0.7, unit: { hardwareId } });
  });

  it('awaits the cloud until the next phase', () => {
    const awaited = { type: 'cloud-awaited', phase: 'register', until: at } as const;
    const register = { type: 'phase-started', phase: 'register' } as const;
    expect(fold(identified, register, awaited)).toMatchObject({ phase: 'register', awaitsCloud: true });
    expect(fold(identified, register, awaited, { type: 'phase-started', phase: 'write' })).not.toHaveProperty(
      'awaitsCloud',
    );
  });

  it('is green only after news of a pass, and stays so until the unit is removed', () => {
    const passed = fold(identified, NEWS[7]!);
    expect(passed).toMatchObject({ kind: 'finished', finish: { outcome: 'PASS' } });
    expect(reduceRun(passed, event({ type: 'phase-progressed', phase: 'write', share: 1 }))).toBe(passed);
    expect(reduceRun(passed, event({ type: 'unit-removed' }))).toEqual({ kind: 'waiting' });
  });

  it('keeps the times of the phases that were finished', () => {
    const state = fold(identified, { type: 'phase-finished', phase: 'identify', ms: 31 }, NEWS[8]!);
    expect(state).toMatchObject({ kind: 'finished', times: { identify: 31 }, finish: { inDoubt: true } });
  });
});
