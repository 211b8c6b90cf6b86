/**
 * Stands in the order bar's place while the station is gone: one word, and what happens. Must not: hide the board;
 * the last known state stays under it, marked as not current.
 */
import { useLanguage } from '../i18n/language.tsx';
import { Shape } from '../ui/shape.tsx';
import { useNow } from '../use-now.ts';
import styles from './lost-bar.module.css';

export function LostBar({ since }: { readonly since: number }) {
  const { text, formats } = useLanguage();
  const now = useNow(1000);
  return (
    <div className={styles.bar} role="alert">
      <Shape name="cross" className={styles.sign} />
      <h1 className={styles.word}>{text('lost.word')}</h1>
      <p className={styles.what}>{text('lost.what')}</p>
      <p className={styles.when}>
        <span className={styles.span}>{text('lost.since', { span: formats.span(now - since) })}</span>
        <span className={styles.stale}>
          <Shape name="clock" />
          {text('lost.stale', { time: formats.time(since) })}
        </span>
      </p>
    </div>
  );
}
