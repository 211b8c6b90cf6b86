/**
 * The rail of five parts, as wide as the phases take in a typical run. Must not: lay out anew while a phase goes on;
 * the part in hand is scaled, not resized.
 */
import type { Phase } from '../../electron/domain/run.ts';
import styles from './rail.module.css';

export const PHASES = [
  'identify',
  'register',
  'write',
  'verify',
  'record',
] as const satisfies readonly Phase[];

export const EVEN_SHARES = [0.2, 0.2, 0.2, 0.2, 0.2] as const;
/** No part is thinner than this share, or it could not be seen. */
const LEAST = 0.07;

interface RailProps {
  readonly shares: readonly number[];
  readonly phase: Phase;
  /** Of the phase in hand, 0 to 1. */
  readonly share: number;
}

export function Rail({ shares, phase, share }: RailProps) {
  const at = PHASES.indexOf(phase);
  return (
    <span className={styles.rail} aria-hidden="true">
      {PHASES.map((name, index) => (
        <span
          key={name}
          className={styles.part}
          style={{ flexGrow: Math.max(LEAST, shares[index] ?? LEAST) }}
        >
          <span className={styles.done} style={{ transform: `scaleX(${doneOf(index, at, share)})` }} />
        </span>
      ))}
    </span>
  );
}

function doneOf(index: number, at: number, share: number): number {
  if (index !== at) return index < at ? 1 : 0;
  return Math.round(share * 1000) / 1000;
}
