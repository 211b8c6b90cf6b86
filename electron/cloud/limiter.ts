/**
 * One budget of cloud calls for the whole station: so many in any second, and a bound on calls in flight. First come
 * first served, but for calls that carry on a unit already begun: so most units end sooner, and the last one no later.
 * More than 300 calls a second from one address get the address blocked (OnsMqtt, QPS limits), and the SDK opens a
 * socket per parallel call without any bound, so that both limits are ours to keep.
 * Must not: know what a call is, or what became of it.
 */
import { abortReason } from './wait.ts';

export interface LimiterOptions {
  /** Most calls in any second, wherever it begins; after a rest they may all go out at once. Default 20. */
  readonly callsPerSecond?: number;
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

const SECOND_MS = 1_000;

interface Waiter {
  readonly ahead: boolean;
  grant(): void;
}

export function createLimiter(options: LimiterOptions = {}): Limiter {
  const perSecond = options.callsPerSecond ?? 20;
  const concurrency = options.concurrency ?? 8;

  const waiting: Waiter[] = [];
  let running = 0;
  /**
   * When each call ended, of those that may have arrived within the last second; calls that left apart may arrive close
   * together, but none arrives after its end.
   */
  const ended: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  const serve = () => {
    clearTimeout(timer);
    const now = performance.now();
    while (ended[0] !== undefined && ended[0] + SECOND_MS <= now) ended.shift();
    while (running < concurrency && running + ended.length < perSecond) {
      const next = waiting.shift();
      if (next === undefined) return;
      running += 1;
      next.grant();
    }
    // With all places taken, the next release serves; else the second after the call that ended first does.
    if (waiting.length > 0 && running < concurrency && ended[0] !== undefined) {
      timer = setTimeout(serve, Math.ceil(ended[0] + SECOND_MS - now));
    }
  };

  const releaseOnce = () => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      running -= 1;
      ended.push(performance.now());
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
