/**
 * Waits for a unit. When a wait ends in a stall of this process (a sync to disk, a busy machine), the bytes that arrived
 * meanwhile are still to be read: they get their turn first, for the unit must not pay for our stalls.
 * Must not: leave a timer or a listener behind, or wake up more often than it must; each time costs the station.
 */
import { StationError } from '../../domain/errors.ts';

/** A timer that comes later than this was held up by a stall. */
const STALL_MS = 20;
const GRACE_MS = 30;

/** Calls `run` once after `ms` milliseconds; the function returned cancels it. */
export function afterAwake(ms: number, run: () => void): () => void {
  const due = performance.now() + ms;
  let timer = setTimeout(() => {
    if (performance.now() - due <= STALL_MS) return run();
    timer = setTimeout(run, GRACE_MS);
  }, ms);
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
