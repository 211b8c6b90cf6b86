/**
 * Waits for a unit. A time-out counts only the time in which this process was awake: after a stall (a sync to disk, a
 * busy machine) the bytes that arrived meanwhile are still to be read, and the unit must not pay for it.
 * Must not: leave a timer or a listener behind.
 */
import { StationError } from '../../domain/errors.ts';

const TICK_MS = 50;
/** A tick may come so much late on a busy machine; what is beyond that was a stall, and is not counted. */
const LATE_MS = 20;
/** What is left to wait after a stall, so that what is waiting to be read gets its turn. */
const GRACE_MS = 30;

/** Calls `run` once after `ms` waking milliseconds; the function returned cancels it. */
export function afterAwake(ms: number, run: () => void): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const slice = Math.min(left, TICK_MS);
    const armedAt = performance.now();
    timer = setTimeout(() => {
      const passed = performance.now() - armedAt;
      const isStall = passed > slice + LATE_MS;
      left -= isStall ? slice : passed;
      if (isStall) left = Math.max(left, GRACE_MS);
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
