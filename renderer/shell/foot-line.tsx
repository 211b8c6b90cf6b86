/**
 * The foot line: what the station depends on, the pages, who works where. A filled mark is well; an open one has a
 * word beside it. Must not: use colour to say it.
 */
import type { FootView } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './foot-line.module.css';
import { PAGES, type Page } from './page.ts';

interface FootLineProps {
  readonly page: Page;
  readonly onGo: (page: Page) => void;
  /** The picture is not current: nothing is known of what it depends on. */
  readonly isStale: boolean;
  /** Present on a training bench alone. */
  readonly onFaults?: (() => void) | undefined;
}

const SHAPES = { board: 'board', orders: 'order', records: 'records', settings: 'settings' } as const;

export function FootLine({ page, onGo, isStale, onFaults }: FootLineProps) {
  const { text } = useLanguage();
  const foot = useView((view) => view.foot);
  return (
    <footer className={styles.foot}>
      {foot !== undefined && <Depends foot={foot} isStale={isStale} />}
      <nav className={styles.nav} aria-label={text('nav.label')}>
        {PAGES.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.key}
            aria-current={page === name ? 'page' : undefined}
            onClick={() => onGo(name)}
          >
            <Shape name={SHAPES[name]} />
            {text(`nav.${name}`)}
          </button>
        ))}
        {onFaults !== undefined && (
          <button type="button" className={styles.key} onClick={onFaults}>
            <Shape name="faults" />
            {text('nav.training')}
          </button>
        )}
      </nav>
      {foot !== undefined && (
        <button type="button" className={styles.where} onClick={() => onGo('settings')}>
          <span>{foot.stationName}</span>
          <span>
            {foot.operator === undefined
              ? text('foot.nobody')
              : text('foot.operator', { operator: foot.operator })}
          </span>
        </button>
      )}
    </footer>
  );
}

function Depends({ foot, isStale }: { readonly foot: FootView; readonly isStale: boolean }) {
  const { text } = useLanguage();
  if (isStale) {
    return (
      <ul className={styles.depends} aria-label={text('foot.label')}>
        <Part isWell={false} name={text('foot.away')} rest="" />
      </ul>
    );
  }
  const { cloud, ledger, slots } = foot;
  return (
    <ul className={styles.depends} aria-label={text('foot.label')}>
      <Part isWell={cloud.state === 'well'} name={text('foot.cloud')} rest={cloudRest(text, cloud)} />
      <Part
        isWell={ledger.state === 'well'}
        name={text('foot.ledger')}
        rest={ledger.state === 'failed' ? text('foot.ledger-failed') : ''}
      />
      <Part
        isWell={slots.present > 0}
        name={text('foot.slots', { present: slots.present, total: slots.total })}
        rest=""
      />
    </ul>
  );
}

/** A clock that is further off than this is worth a word: the cloud refuses at a quarter of an hour. */
const SKEW_TOLD_MS = 60_000;

function cloudRest(text: ReturnType<typeof useLanguage>['text'], cloud: FootView['cloud']): string {
  const skew = Math.abs(cloud.skewMs ?? 0);
  if (skew > SKEW_TOLD_MS) return text('foot.skew', { seconds: Math.round(skew / 1000) });
  switch (cloud.state) {
    case 'well':
      return cloud.latencyMs === undefined ? '' : text('foot.latency', { ms: Math.round(cloud.latencyMs) });
    case 'unknown':
      return text('foot.cloud-unknown');
    case 'paused':
      return text('foot.cloud-paused');
    case 'away':
      return text('foot.cloud-away');
  }
}

function Part(props: { readonly isWell: boolean; readonly name: string; readonly rest: string }) {
  return (
    <li className={styles.part} data-well={props.isWell}>
      <span className={styles.mark} aria-hidden="true" />
      {props.name}
      {props.rest !== '' && <span className={styles.rest}>{props.rest}</span>}
    </li>
  );
}
