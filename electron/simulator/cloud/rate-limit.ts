/** Refuses what comes faster than allowed from one address, as the gateway does. Must not: hold a call back. */
import { ApiError } from './api-error.ts';

/** Counts over whole seconds of `now` (milliseconds). Throws Throttling.User. */
export function createRateLimit(
  callsPerSecond: number | undefined,
  now: () => number,
): (address: string) => void {
  let second = 0;
  let counts = new Map<string, number>();
  return (address) => {
    if (callsPerSecond === undefined) return;
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      counts = new Map();
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    if (count > callsPerSecond) throw new ApiError('Throttling.User');
  };
}
