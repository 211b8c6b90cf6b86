/**
 * Holds calls back after a run of strained answers (throttling, faults, timeouts), because going on would turn a
 * throttled address into a blocked one.
 *
 *   closed ─ strained × n ─► open ─ pause over ─► half-open (one probe) ─ healthy ─► closed
 *                              ▲                        │
 *                              └──── strained: longer ──┘
 *
 * Must not: refuse a call. While open, calls wait as long as their signal lets them.
 */
import { type Backoff, pauseMs } from './backoff.ts';
import { abortReason } from './wait.ts';

export interface BreakerOptions {
  /** Strained answers in a row that open it. Default 5. */
  readonly strainedToOpen?: number;
  /** Pauses. Default 1 s, doubling up to 30 s. */
  readonly pause?: Backoff;
  readonly random?: () => number;
}

/** `silent`: the call says nothing of the cloud's state (not sent, given up). */
export type Strain = 'healthy' | 'strained' | 'silent';

export interface Breaker {
  /** Resolves when a call may go out. Whoever passed must report once. Rejects with the signal's reason. */
  pass(signal: AbortSignal): Promise<(strain: Strain) => void>;
  isPaused(): boolean;
}

interface Waiter {
  grant(): void;
}

export function createBreaker(options: BreakerOptions = {}): Breaker {
  const strainedToOpen = options.strainedToOpen ?? 5;
  const pause = options.pause ?? { firstMs: 1000, longestMs: 30_000 };
  const random = options.random ?? Math.random;

  let state: 'closed' | 'open' | 'half-open' = 'closed';
  let strained = 0;
  let openings = 0;
  /** Answers to calls that went out before the last change of state must not count against the new one. */
  let era = 0;
  const waiting: Waiter[] = [];

  const open = () => {
    state = 'open';
    era += 1;
    openings += 1;
    // Unref'd: an idle breaker must not keep the process; whoever waits on it has a timer of his own.
    setTimeout(halfOpen, pauseMs(openings, pause, random)).unref();
  };
  const halfOpen = () => {
    state = 'half-open';
    era += 1;
    probeNext();
  };
  let probing = false;
  const probeNext = () => {
    if (probing) return;
    const next = waiting.shift();
    next?.grant();
  };
  const close = () => {
    state = 'closed';
    era += 1;
    strained = 0;
    openings = 0;
    for (const waiter of waiting.splice(0)) waiter.grant();
  };

  const settle = (strain: Strain) => {
    if (state === 'half-open') {
      probing = false;
      if (strain === 'healthy') close();
      else if (strain === 'strained') open();
      else probeNext();
    } else if (strain === 'healthy') {
      strained = 0;
    } else if (strain === 'strained') {
      strained += 1;
      if (strained >= strainedToOpen) open();
    }
  };

  const admit = () => {
    if (state === 'half-open') probing = true;
    const mine = era;
    let reported = false;
    return (strain: Strain) => {
      if (reported) return;
      reported = true;
      if (mine === era) settle(strain);
    };
  };

  return {
    isPaused: () => state !== 'closed',
    pass: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(abortReason(signal));
          return;
        }
        if (state === 'closed' || (state === 'half-open' && !probing)) {
          resolve(admit());
          return;
        }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(abortReason(signal));
        };
        const waiter: Waiter = {
          grant: () => {
            signal.removeEventListener('abort', giveUp);
            resolve(admit());
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(waiter);
      }),
  };
}
