/**
 * The two parts of a tile that move while a unit is at work: the percent and the rail. They are written straight into
 * the page at each news of their slot, since drawing 64 tiles anew ten times a second would be work for nothing.
 * Must not: hold anything that changes with the state of the slot; that is the tile's, and React's.
 */
import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { SlotStateView } from '../../electron/contract/views.ts';
import type { Phase } from '../../electron/domain/run.ts';
import { useStationParts } from '../station-context.tsx';
import styles from './progress-parts.module.css';

export const PHASES = [
  'identify',
  'register',
  'write',
  'verify',
  'record',
] as const satisfies readonly Phase[];

/** No part of the rail is thinner than this share, or it could not be seen. */
const LEAST = 0.07;

type Running = Extract<SlotStateView, { kind: 'running' }>;

interface ProgressProps {
  readonly slotId: string;
  /** Many slots: the percent goes in fives and the rail in eighths, calm to look at and cheap to draw. */
  readonly isCoarse: boolean;
}

export function Percent({ slotId, isCoarse }: ProgressProps) {
  const ref = useRef<HTMLSpanElement>(null);
  useProgress(slotId, ref, isCoarse ? coarsePercent : finePercent);
  return <span ref={ref} />;
}

/** Five parts, as wide as the phases take in a typical run. */
export function Rail(props: ProgressProps & { readonly shares: readonly number[] }) {
  const ref = useRef<HTMLSpanElement>(null);
  useProgress(props.slotId, ref, props.isCoarse ? coarseRail : fineRail);
  return (
    <span ref={ref} className={styles.rail} aria-hidden="true">
      {PHASES.map((name, index) => (
        <span
          key={name}
          className={styles.part}
          style={{ flexGrow: Math.max(LEAST, props.shares[index] ?? LEAST) }}
        >
          <span className={styles.bar} />
        </span>
      ))}
    </span>
  );
}

type Writer = (element: HTMLElement) => (state: Running) => void;

/** Calls a fresh writer's function at once and at each news of a slot at work. */
function useProgress(slotId: string, ref: RefObject<HTMLElement | null>, writer: Writer): void {
  const { store } = useStationParts();
  useLayoutEffect(() => {
    if (ref.current === null) return;
    const write = writer(ref.current);
    const look = () => {
      const state = store.slot(slotId)?.state;
      if (state?.kind === 'running') write(state);
    };
    look();
    return store.subscribeSlot(slotId, look);
  }, [store, slotId, ref, writer]);
}

const finePercent = percentWriter(1);
const coarsePercent = percentWriter(5);
const fineRail = railWriter(100);
const coarseRail = railWriter(8);

function percentWriter(step: number): Writer {
  return (element) => {
    // One text node for all of its life: a new one each time would be styled and laid out anew.
    const said = document.createTextNode('');
    element.replaceChildren(said);
    return ({ percent }) => {
      const next = `${Math.floor(percent / step) * step}%`;
      if (said.data !== next) said.data = next;
    };
  };
}

function railWriter(steps: number): Writer {
  return (element) => {
    const parts = [...element.children];
    let [writtenAt, written] = [-1, -1];
    return ({ phase, share }) => {
      const at = PHASES.indexOf(phase);
      const done = Math.floor(share * steps) / steps;
      if (at === writtenAt && done === written) return;
      if (at !== writtenAt) {
        for (const [index, part] of parts.entries())
          part.setAttribute('data-done', index === at ? 'now' : index < at ? 'all' : 'none');
      }
      const bar = parts[at]?.firstElementChild;
      if (bar instanceof HTMLElement) bar.style.transform = `scaleX(${done})`;
      [writtenAt, written] = [at, done];
    };
  };
}
