/**
 * The mark of the training bench: a hatched banner over everything and a watermark over the tiles. Must not: take a
 * press, or stand in the way of a word.
 */
import { useLanguage } from '../i18n/language.tsx';
import styles from './training-banner.module.css';

export function TrainingBanner() {
  const { text } = useLanguage();
  return (
    <p className={styles.banner}>
      <strong>{text('training.word')}</strong>
      <span>{text('training.banner')}</span>
    </p>
  );
}

/** Where the watermark's words stand. */
const PLACES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

export function Watermark() {
  const { text } = useLanguage();
  return (
    <div className={styles.watermark} aria-hidden="true">
      {PLACES.map((place) => (
        <span key={place} data-word={text('training.word')} />
      ))}
    </div>
  );
}
