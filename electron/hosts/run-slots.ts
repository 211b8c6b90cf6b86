/**
 * Drives the slots of one `keybench run` until as many attempts have ended as were asked for, or nothing can go on.
 * Must not: print, or know files.
 */
import { setMaxListeners } from 'node:events';
import type { StationError } from '../domain/errors.ts';
import type { SlotPort } from '../station/ports.ts';
import { type Station, stopsStation } from '../station/station.ts';
import type { Attempts } from './attempts.ts';

export interface SlotsOptions {
  readonly station: Station;
  readonly slots: readonly SlotPort[];
  readonly attempts: Attempts;
  /** Milliseconds that each attempt waits for its unit. */
  readonly waitMs: number;
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
  }
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
    while (!attempts.isComplete && !stop.signal.aborted) {
      const attempt = await runner.attempt({ waitMs, admit: () => attempts.admit() }, stop.signal);
      if (attempt.kind === 'not-admitted') return;
      attempts.end(attempt);
      if (attempt.kind === 'finished' && attempt.error !== undefined && stopsStation(attempt.error)) {
        return onFatal(attempt.error);
      }
      if (attempts.isComplete) stop.abort();
      if (attempt.unit === undefined) return;
    }
  } finally {
    await runner.release();
  }
}
