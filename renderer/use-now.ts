/** The clock of this computer, for ages. Must not: tick when nobody asks. */
import { useEffect, useState } from 'react';

/** Milliseconds since 1970, anew every `everyMs`; stands still where `everyMs` is undefined. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (everyMs === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
