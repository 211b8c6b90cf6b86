/** The frame of the pages beside the board: a heading that is said, cards in columns, its own scrolling. Must not: know a page. */
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './page-frame.module.css';

export function PageFrame(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <h2 className="unseen">{props.title}</h2>
      <div className={styles.body}>{props.children}</div>
    </div>
  );
}

export function Card(props: {
  readonly title?: string;
  readonly isWide?: boolean;
  /** Stands beside the title. */
  readonly tool?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={cx(styles.card, props.isWide === true && styles.wide)}>
      {props.title !== undefined && (
        <header className={styles.title}>
          <h3>{props.title}</h3>
          {props.tool}
        </header>
      )}
      {props.children}
    </section>
  );
}
