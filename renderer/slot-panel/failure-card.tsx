/**
 * A failure explained: whose it is, what to do, what happened.
 * Must not: leave the next step open.
 */
import type { FailureView } from '../../electron/contract/views.ts';
import { faceOf } from '../board/tile-face.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './failure-card.module.css';

export function FailureCard({ failure }: { readonly failure: FailureView }) {
  const { text, language } = useLanguage();
  const { what, todo } = errorText(language, failure.code, failure.evidence);
  const { form } = faceOf({ kind: 'failed', at: '', failure, times: {} });
  return (
    <section className={styles.card} data-form={form}>
      <p className={styles.line}>
        <span className={styles.chip}>{text(`blame.${failure.blame}`)}</span>
        {failure.isInDoubt && (
          <span className={styles.doubt}>
            <Shape name="question" />
            {text('panel.in-doubt')}
          </span>
        )}
      </p>
      <p className={styles.todo}>{todo}</p>
      <p className={styles.what}>
        {what}
        {language === 'en' && ' '}
        {text(`retry.${failure.retry}`)}
      </p>
    </section>
  );
}
