/**
 * Drives the slots of one `keybench run` until as many attempts have ended as were asked for, or nothing can go on.
 * Must not: print, or know files.
 */
import { setMaxListeners } from 'node:events';
import type { StationError } from '../domain/errors.ts';
import { sleep } from '../station/deadline.ts';
import type { SlotPort } from '../station/ports.ts';
import type { Attempt } from '../station/slot-runner.ts';
import { type Station, stopsStation } from '../station/station.ts';
import type { Attempts } from './attempts.ts';

const LOOK_EVERY_MS = 250;

export interface SlotsOptions {
  readonly station: Station;
  readonly slots: readonly SlotPort[];
  readonly attempts: Attempts;
  /** Milliseconds that each attempt waits for its unit. */
  readonly waitMs: number;
  /** When it aborts, the attempts that have begun are brought to their end, and no other begins. */
  readonly noMore: AbortSignal;
}

/**
 * Resolves when the attempts are complete or no slot can go on; with the ledger's error where that is why.
 * On abort every run finishes the write in hand and is journaled before this resolves.
 */
export async function runSlots(
  options: SlotsOptions,
  signal: AbortSignal,
): Promise<StationError | undefined> {
  const stop = new AbortController();
  // One signal for all slots: each wait of each slot listens to it.
  setMaxListeners(0, stop.signal);
  const follow = () => stop.abort();
  signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) stop.abort();
  const { attempts, noMore } = options;
  const close = () => {
    attempts.close();
    if (attempts.isComplete) stop.abort();
  };
  noMore.addEventListener('abort', close, { once: true });
  if (noMore.aborted) close();
  let fatal: StationError | undefined;
  const onFatal = (error: StationError) => {
    fatal ??= error;
    stop.abort();
  };
  try {
    await Promise.all(options.slots.map((slot) => runSlot(slot, options, stop, onFatal)));
    return fatal;
  } finally {
    signal.removeEventListener('abort', follow);
    noMore.removeEventListener('abort', close);
  }
}

/**
 * After an attempt at something that is no unit we can work with: whether it was taken out in time. A port where nothing
 * answers, or that cannot be opened, is not tried again.
 */
async function isGoneInTime(
  slot: SlotPort,
  attempt: Exclude<Attempt, { kind: 'not-admitted' }>,
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (attempt.kind !== 'finished' || attempt.finish.outcome !== 'FAIL') return false;
  const at = await slot.locate();
  const until = performance.now() + waitMs;
  while (performance.now() < until && !signal.aborted) {
    await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    if ((await slot.locate()) !== at) return true;
  }
  return false;
}

/** A port without a unit is not tried again; the slots that still wait are let go when the attempts are complete. */
async function runSlot(
  slot: SlotPort,
  { station, attempts, waitMs }: SlotsOptions,
  stop: AbortController,
  onFatal: (error: StationError) => void,
): Promise<void> {
  const runner = station.slot(slot);
  try {
    // The first port must be there; after something was taken out of it, it may be away for a while.
    for (let isPatient = false; !attempts.isComplete && !stop.signal.aborted; isPatient = true) {
      const attempt = await runner.attempt({ waitMs, isPatient, admit: () => attempts.admit() }, stop.signal);
      if (attempt.kind === 'not-admitted') return;
      attempts.end(attempt);
      if (attempt.kind === 'finished' && attempt.error !== undefined && stopsStation(attempt.error)) {
        return onFatal(attempt.error);
      }
      if (attempts.isComplete) stop.abort();
      if (attempt.unit === undefined && !(await isGoneInTime(slot, attempt, waitMs, stop.signal))) return;
    }
  } finally {
    await runner.release();
  }
}
