/** The text of a file with its line numbers; lines with faults are marked. Must not: change a character. */
import { useEffect, useRef } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import styles from './order-source.module.css';

export function OrderSource(props: { readonly text: string; readonly marked: ReadonlySet<number> }) {
  const { marked } = props;
  const { text } = useLanguage();
  const list = useRef<HTMLOListElement>(null);
  const first = Math.min(...marked);
  useEffect(() => {
    if (Number.isFinite(first)) list.current?.children[first - 1]?.scrollIntoView({ block: 'center' });
  }, [first]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <ol ref={list} className={styles.source} tabIndex={0} aria-label={text('order.source')}>
      {props.text
        .trimEnd()
        .split('\n')
        .map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number.
          <li key={index} data-marked={marked.has(index + 1) || undefined}>
            <span className={styles.number}>{index + 1}</span>
            <code className={styles.line}>{line}</code>
          </li>
        ))}
    </ol>
  );
}
