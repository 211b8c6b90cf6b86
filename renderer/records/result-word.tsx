/** How an attempt ended, as a sign and a word. In doubt beside it, where it is.
 * Must not: show green for anything but PASS. */
import type { RecordView } from '../../electron/contract/record-views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Shape, type ShapeName } from '../ui/shape.tsx';
import styles from './result-word.module.css';

export type Result = 'passed' | 'fail' | 'stopped' | 'in-doubt' | 'running';

export function resultOf(record: Pick<RecordView, 'outcome' | 'isInDoubt'>): Result {
  if (record.outcome === 'PASS') return 'passed';
  if (record.outcome === 'FAIL') return 'fail';
  if (record.isInDoubt) return 'in-doubt';
  return record.outcome === undefined ? 'running' : 'stopped';
}

const SHAPES: Readonly<Record<Result, ShapeName>> = {
  passed: 'check',
  fail: 'cross',
  stopped: 'cross',
  'in-doubt': 'question',
  running: 'clock',
};

export function ResultWord({ record }: { readonly record: RecordView }) {
  const { text } = useLanguage();
  const result = resultOf(record);
  return (
    <span className={styles.result} data-result={result}>
      <Shape name={SHAPES[result]} />
      {result === 'running' ? text('records.running') : text(`word.${result}`)}
      {record.isInDoubt && result !== 'in-doubt' && (
        <span className={styles.doubt}>
          <Shape name="question" />
          <span className="unseen">{text('word.in-doubt')}</span>
        </span>
      )}
    </span>
  );
}
