/**
 * Moves every tile ten times a second, as a full bench at work would: phases go on, units pass, fail and are taken
 * out, the order counts. Must not: be part of the product.
 */
import type { SlotStateView, SlotView } from '../../../electron/contract/views.ts';
import { failedState, failureView, orderView, passedState, runningState } from '../../support/snapshots.ts';
import type { MemoryTransport } from './memory-transport.ts';

const PHASES = ['identify', 'register', 'write', 'verify', 'record'] as const;
/** Ticks of one unit's stay: five phases, then its result, then an empty place. */
const STEPS_PER_PHASE = 14;
const RESULT_STEPS = 20;
const READY_STEPS = 6;
const ROUND = PHASES.length * STEPS_PER_PHASE + RESULT_STEPS + READY_STEPS;

export function stateAtTick(index: number, tick: number): SlotStateView {
  const step = (tick + index * 7) % ROUND;
  const phase = PHASES[Math.floor(step / STEPS_PER_PHASE)];
  if (phase !== undefined) return runningState(index, phase, (step % STEPS_PER_PHASE) / STEPS_PER_PHASE);
  if (step >= ROUND - READY_STEPS) return { kind: 'ready' };
  return index % 9 === 4 ? failedState(index, failureView('PORT_LOST')) : passedState(index);
}

/** Pushes a frame with every slot, every 100 ms; the function returned ends it. */
export function drive(transport: MemoryTransport, slots: readonly SlotView[]): () => void {
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    const moved = slots.map((slot, index) => ({ ...slot, state: stateAtTick(index, tick) }));
    const passed = 128 + Math.floor(tick / 10);
    const counted = tick % 10 === 0 ? { order: orderView({ passed, remaining: 500 - passed }) } : {};
    transport.frame({ slots: moved, ...counted });
  }, 100);
  return () => clearInterval(timer);
}
