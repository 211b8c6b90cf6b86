/** Names and values under each other. Must not: show a name without a value; the caller leaves it out. */
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './facts.module.css';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** Identifiers are set so that no letter can be mistaken. */
  readonly isId?: boolean;
}

export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(
        (fact) =>
          fact !== undefined && (
            <div key={fact.name} className={styles.fact}>
              <dt>{fact.name}</dt>
              <dd className={cx(fact.isId === true && 'id')}>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A fact that may be missing. */
export function maybe(name: string, value: string | number | undefined, isId = false): Fact | undefined {
  return value === undefined || value === '' ? undefined : { name, value, isId };
}
