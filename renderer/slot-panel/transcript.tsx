/** What was said on the line, decoded and without secrets, newest last. Must not: jump while somebody reads above. */
import { useLayoutEffect, useRef } from 'react';
import type { TranscriptLine } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import styles from './transcript.module.css';

const SIGNS: Readonly<Record<TranscriptLine['direction'], string>> = {
  sent: '→',
  received: '←',
  line: '·',
  event: '▪',
};
/** Nearer to the end than this is "at the end", in pixels. */
const NEAR = 24;

export function Transcript({ lines }: { readonly lines: readonly TranscriptLine[] }) {
  const { text, formats } = useLanguage();
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are the reason to look where the end is.
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <section>
      <h3 className={styles.title}>{text('panel.transcript')}</h3>
      {lines.length === 0 ? (
        <p className={styles.none}>{text('panel.transcript-none')}</p>
      ) : (
        <ol
          ref={list}
          className={styles.lines}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={text('panel.transcript')}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
          }}
        >
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end.
            <li key={`${line.at} ${index}`} className={styles.line} data-direction={line.direction}>
              <time>{formats.time(line.at)}</time>
              <span className={styles.sign}>
                <span aria-hidden="true">{SIGNS[line.direction]}</span>
                <span className="unseen">{text(`direction.${line.direction}`)}</span>
              </span>
              <span className={styles.text}>{line.text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
