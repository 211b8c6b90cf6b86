/**
 * One budget of cloud calls for the whole station: a token bucket and a bound on calls in flight. First come first
 * served, but for calls that carry on a unit already begun: so most units end sooner, and the last one no later. More than 300 calls a second from one address get the address blocked (OnsMqtt, QPS limits), and
 * the SDK opens a socket per parallel call without any bound, so that both limits are ours to keep.
 * Must not: know what a call is, or what became of it.
 */
import { abortReason } from './wait.ts';

export interface LimiterOptions {
  /** Tokens added per second. Default 20. */
  readonly callsPerSecond?: number;
  /** Most tokens saved up: how many calls may go out at once after a rest. Default: those of one second. */
  readonly burst?: number;
  /** Calls in flight at once. Default 8. */
  readonly concurrency?: number;
}

export interface Limiter {
  /**
   * Resolves when it is this caller's turn, with what must be called once when the call is over. Rejects with
   * the signal's reason on abort; a caller that gave up has used up nothing. `ahead`: before those that are not.
   */
  acquire(signal: AbortSignal, ahead?: boolean): Promise<() => void>;
}

interface Waiter {
  readonly ahead: boolean;
  grant(): void;
}

export function createLimiter(options: LimiterOptions = {}): Limiter {
  const perSecond = options.callsPerSecond ?? 20;
  const burst = Math.max(1, options.burst ?? perSecond);
  const concurrency = options.concurrency ?? 8;

  const waiting: Waiter[] = [];
  let running = 0;
  let tokens = burst;
  let filledAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  const refill = () => {
    const at = performance.now();
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  };

  const serve = () => {
    clearTimeout(timer);
    refill();
    while (running < concurrency && tokens >= 1) {
      const next = waiting.shift();
      if (next === undefined) return;
      running += 1;
      tokens -= 1;
      next.grant();
    }
    // With all places taken, the next release serves; else the next token does.
    if (waiting.length > 0 && running < concurrency) {
      timer = setTimeout(serve, Math.ceil(((1 - tokens) / perSecond) * 1000));
    }
  };

  const releaseOnce = () => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      running -= 1;
      serve();
    };
  };

  return {
    acquire: (signal, ahead = false) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(abortReason(signal));
          return;
        }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(abortReason(signal));
          serve();
        };
        const waiter: Waiter = {
          ahead,
          grant: () => {
            signal.removeEventListener('abort', giveUp);
            resolve(releaseOnce());
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        const place = ahead ? waiting.findIndex((other) => !other.ahead) : -1;
        waiting.splice(place < 0 ? waiting.length : place, 0, waiter);
        serve();
      }),
  };
}
