/** Signals that end by themselves. Must not: leave a timer or a listener behind; each is disposed of by its maker. */
import { setMaxListeners } from 'node:events';
import { StationError } from '../../domain/errors.ts';
import { abortReason } from '../smp/patience.ts';

export interface Bounded extends Disposable {
  readonly signal: AbortSignal;
  /** Whether the time was over first. */
  readonly isOver: () => boolean;
}

/** Aborts with `parent`, or after `ms` milliseconds. */
export function bounded(parent: AbortSignal, ms: number): Bounded {
  return make(parent, (end) => {
    const timer = setTimeout(
      () => end(new StationError('UNIT_STOPPED_ANSWERING'), true),
      Math.min(ms, 2 ** 31 - 1),
    );
    const stop = () => end(abortReason(parent), false);
    return { timer: () => timer, stop };
  });
}

/** Aborts `ms` milliseconds after `parent` has: what is on the wire is finished. */
export function lingering(parent: AbortSignal, ms: number): Bounded {
  return make(parent, (end) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => end(abortReason(parent), true), ms);
    };
    return { timer: () => timer, stop };
  });
}

function make(
  parent: AbortSignal,
  begin: (end: (why: StationError, isOver: boolean) => void) => {
    readonly timer: () => NodeJS.Timeout | undefined;
    readonly stop: () => void;
  },
): Bounded {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let wasOver = false;
  const { timer, stop } = begin((why, isOver) => {
    if (controller.signal.aborted) return;
    wasOver = isOver;
    controller.abort(why);
  });
  if (parent.aborted) stop();
  else parent.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    isOver: () => wasOver,
    [Symbol.dispose]() {
      clearTimeout(timer());
      parent.removeEventListener('abort', stop);
    },
  };
}
