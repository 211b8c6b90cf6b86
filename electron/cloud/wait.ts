/**
 * Waits of the cloud client: they end by themselves, by the signal, or by a deadline.
 * Must not: leave a timer or a listener behind once the wait is over.
 */
import { StationError } from '../domain/errors.ts';

/** Why a wait was given up, as one of our errors. */
export function abortReason(signal: AbortSignal): StationError {
  if (signal.reason instanceof StationError) return signal.reason;
  return new StationError('RUN_ABORTED', {}, signal.reason);
}

/** Resolves after `ms` milliseconds; rejects with `abortReason` at once on abort. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts with `parent`, or after `ms` milliseconds with `late()` as its reason. (AbortSignal.any
 * keeps its sources alive on Node 20, which a station that runs for weeks would notice.)
 */
export function deadline(parent: AbortSignal, ms: number, late: () => StationError): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(abortReason(parent));
  const timer = setTimeout(() => controller.abort(late()), ms);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}
