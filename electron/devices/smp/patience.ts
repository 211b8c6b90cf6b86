/**
 * Waits for a unit. A time-out counts only the time in which this process was awake: after a stall (a sync to disk, a
 * busy machine) the bytes that arrived meanwhile are still to be read, and the unit must not pay for it.
 * Must not: leave a timer or a listener behind.
 */
import { StationError } from '../../domain/errors.ts';

const TICK_MS = 50;
/** A tick that comes later than this was held up; what is waiting to be read gets the grace. */
const STALL_MS = 20;
const GRACE_MS = 30;

/** Calls `run` once after `ms` waking milliseconds; the function returned cancels it. */
export function afterAwake(ms: number, run: () => void): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const slice = Math.min(left, TICK_MS);
    const due = performance.now() + slice;
    timer = setTimeout(() => {
      left -= slice;
      if (left <= 0 && performance.now() - due > STALL_MS) left = GRACE_MS;
      if (left <= 0) run();
      else arm();
    }, slice);
  };
  arm();
  return () => clearTimeout(timer);
}

/** Resolves after `ms` milliseconds, at once when the signal aborts, or when cancelled. */
export function pause(ms: number, signal: AbortSignal): { over: Promise<undefined>; cancel(): void } {
  let cancel = () => {};
  const over = new Promise<undefined>((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(undefined);
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    cancel = end;
  });
  return { over, cancel };
}

/** Why a signal aborted, as one of our errors. */
export function abortReason(signal: AbortSignal): StationError {
  return signal.reason instanceof StationError ? signal.reason : new StationError('RUN_ABORTED');
}
