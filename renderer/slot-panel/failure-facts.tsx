/**
 * What an engineer wants to know of a failure: its code, where it happened, and its evidence. Must not: say a thing twice, or
 * explain it to a technician.
 */
import type { ErrorCode, Evidence } from '../../electron/domain/errors.ts';
import type { Outcome } from '../../electron/domain/outcome.ts';
import type { Phase } from '../../electron/domain/run.ts';
import { evidenceName } from '../i18n/evidence-names.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
import styles from './failure-facts.module.css';

interface Failure {
  readonly code?: ErrorCode;
  readonly cloudCode?: string;
  readonly phase?: Phase;
  readonly outcome?: Outcome;
  readonly evidence?: Evidence;
}

export function FailureFacts({ failure }: { readonly failure: Failure }) {
  const { text, language } = useLanguage();
  const { code, cloudCode, phase, outcome, evidence = {} } = failure;
  const facts = [
    maybe(text('fact.code'), code, true),
    maybe(text('fact.cloud-code'), cloudCode, true),
    maybe(text('fact.phase'), phase && text(`phase.${phase}`)),
    maybe(text('fact.outcome'), outcome && text(`outcome.${outcome}`)),
    ...Object.entries(evidence).map(([name, value]) => {
      return maybe(evidenceName(language, name), String(value), true);
    }),
  ];
  return (
    <section>
      <h3 className={styles.title}>{text('panel.engineer')}</h3>
      {/* What the station tells of its own account comes first; evidence of the same name is the same. */}
      <Facts
        facts={facts.filter((fact, at) => facts.findIndex((each) => each?.name === fact?.name) === at)}
      />
    </section>
  );
}
