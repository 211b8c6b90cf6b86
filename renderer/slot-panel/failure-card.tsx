/**
 * A failure explained: whose it is, what to do, what happened; the code and its evidence for the engineer.
 * Must not: leave the next step open.
 */
import type { FailureView } from '../../electron/contract/views.ts';
import { faceOf } from '../board/tile-face.ts';
import { errorText } from '../i18n/error-text.ts';
import { evidenceName } from '../i18n/evidence-names.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
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

/** What an engineer wants to know of a failure. */
export function FailureFacts({ failure }: { readonly failure: FailureView }) {
  const { text, language } = useLanguage();
  // What the station tells of its own account comes first, and once.
  const facts = [
    maybe(text('fact.code'), failure.code, true),
    maybe(text('fact.cloud-code'), failure.cloudCode, true),
    maybe(text('fact.phase'), failure.phase && text(`phase.${failure.phase}`)),
    maybe(text('fact.outcome'), text(`outcome.${failure.outcome}`)),
    ...Object.entries(failure.evidence).map(([name, value]) => {
      return maybe(evidenceName(language, name), String(value), true);
    }),
  ];
  return (
    <section>
      <h3 className={styles.title}>{text('panel.engineer')}</h3>
      <Facts
        facts={facts.filter((fact, index) => facts.findIndex((it) => it?.name === fact?.name) === index)}
      />
    </section>
  );
}
