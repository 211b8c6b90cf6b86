/**
 * How a run ends and whose it is. FAIL is the unit's; ERROR is anything but the unit's.
 * Must not: grow a sixth outcome; `in doubt` and `held` are flags beside it.
 */
export const OUTCOMES = ['PASS', 'FAIL', 'ERROR', 'TIMEOUT', 'ABORTED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whom a failure blames: decides which bin the unit goes to and who is called. */
export const BLAMES = ['unit', 'slot', 'station', 'cloud', 'order'] as const;
export type Blame = (typeof BLAMES)[number];

/** `again`: putting the same unit in again may help; `fix-first`: only after what is blamed was mended; `never`. */
export type Retry = 'again' | 'fix-first' | 'never';
