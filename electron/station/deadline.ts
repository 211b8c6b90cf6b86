/**
 * Waits that end: by themselves, by an AbortSignal, or by a deadline. Must not: leave a listener or a timer behind.
 */
import { setMaxListeners } from 'node:events';
import { StationError } from '../domain/errors.ts';

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
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

/** Why a signal aborted, as one of our errors. */
export function abortReason(signal: AbortSignal): StationError {
  return signal.reason instanceof StationError ? signal.reason : new StationError('RUN_ABORTED');
}

export interface Follower extends Deadline {
  end(): void;
}

/** A signal that aborts with `parent`, by `end()`, or when it goes out of use; `parent` forgets it then. */
export function follower(parent: AbortSignal): Follower {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const end = () => {
    parent.removeEventListener('abort', end);
    controller.abort(parent.aborted ? abortReason(parent) : undefined);
  };
  if (parent.aborted) end();
  else parent.addEventListener('abort', end, { once: true });
  return { signal: controller.signal, end, [Symbol.dispose]: end };
}

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts with `parent`, or after `ms` milliseconds with the error given. (AbortSignal.any keeps its
 * sources alive on Node 20, which a station that runs for weeks would notice.)
 */
export function deadline(parent: AbortSignal, ms: number, late: () => StationError): Deadline {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const follow = () => controller.abort(abortReason(parent));
  const timer = setTimeout(() => controller.abort(late()), ms);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}
