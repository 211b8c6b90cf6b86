/** The five phases of a run with their times; the one in hand shows its share. Must not: show phases of no run. */
import type { PhaseTimesView, SlotStateView } from '../../electron/contract/views.ts';
import type { Phase } from '../../electron/domain/run.ts';
import { PHASES } from '../board/progress-parts.tsx';
import { useLanguage } from '../i18n/language.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './phase-list.module.css';

type Mark = 'done' | 'now' | 'broken' | 'open';

export function PhaseList({ state }: { readonly state: SlotStateView }) {
  switch (state.kind) {
    case 'running':
      return <PhaseTimes times={state.times} now={{ phase: state.phase, share: state.share }} />;
    case 'passed':
      return <PhaseTimes times={state.times} />;
    case 'failed':
      return <PhaseTimes times={state.times} broken={state.failure.phase} />;
    default:
      return null;
  }
}

interface PhaseTimesProps {
  readonly times: PhaseTimesView;
  readonly now?: { readonly phase: Phase; readonly share: number };
  /** The phase in which the run ended without passing. */
  readonly broken?: Phase | undefined;
}

export function PhaseTimes({ times, now, broken }: PhaseTimesProps) {
  const { text, formats } = useLanguage();
  const seconds = (ms: number) => text('ui.unit-seconds', { seconds: formats.decimal(ms / 1000) });
  const total = PHASES.reduce((sum, phase) => sum + (times[phase] ?? 0), 0);
  const longest = Math.max(1, ...PHASES.map((phase) => times[phase] ?? 0));
  const markOf = (phase: Phase): Mark => {
    if (times[phase] !== undefined) return 'done';
    if (phase === now?.phase) return 'now';
    return phase === broken ? 'broken' : 'open';
  };
  const timeOf = (phase: Phase): string => {
    const ms = times[phase];
    if (ms !== undefined) return seconds(ms);
    return phase === now?.phase ? `${Math.round(now.share * 100)}%` : text('ui.dash');
  };
  return (
    <section>
      <h3 className={styles.title}>
        {text('panel.phases')}
        {total > 0 && <span>{seconds(total)}</span>}
      </h3>
      <ol className={styles.list}>
        {PHASES.map((phase) => {
          const mark = markOf(phase);
          const share = mark === 'now' ? (now?.share ?? 0) : (times[phase] ?? 0) / longest;
          return (
            <li key={phase} className={styles.phase} data-mark={mark}>
              <span className={styles.sign}>
                {mark === 'done' && <Shape name="check" />}
                {mark === 'now' && <span className={styles.now} />}
                {mark === 'broken' && <Shape name="cross" />}
              </span>
              <span className={styles.name}>{text(`phase.${phase}`)}</span>
              <span className={styles.track}>
                <span className={styles.bar} style={{ transform: `scaleX(${share})` }} />
              </span>
              <span className={styles.time}>{timeOf(phase)}</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
