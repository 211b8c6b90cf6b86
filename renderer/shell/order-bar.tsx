/**
 * The order bar answers the lead's questions from five metres: how many of how many, what is left, what is in doubt,
 * first-pass yield, units per hour, takt. Must not: move; each figure keeps its place, an unknown one shows a dash.
 */
import type { OrderView } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './order-bar.module.css';

interface OrderBarProps {
  /** undefined where one is at it already. */
  readonly onOpenOrder: (() => void) | undefined;
  readonly onShowInDoubt: () => void;
}

export function OrderBar({ onOpenOrder, onShowInDoubt }: OrderBarProps) {
  const { text } = useLanguage();
  const order = useView((view) => view.order);
  // Without an AccessKey none can be opened: the board says what comes first.
  const canOpen = useView((view) => view.access.source !== 'missing') ?? false;
  if (order === undefined) {
    return (
      <header className={styles.bar}>
        <div className={styles.order}>
          <p className={styles.caption}>{text('order.caption-none')}</p>
          <h1 className={styles.none}>{text('order.none')}</h1>
        </div>
        {onOpenOrder !== undefined && canOpen && (
          <button type="button" className={styles.open} onClick={onOpenOrder}>
            <Shape name="order" />
            {text('order.open')}
          </button>
        )}
      </header>
    );
  }
  return (
    <header className={styles.bar}>
      <div className={styles.order}>
        <p className={styles.caption}>{text('order.caption', { product: order.product })}</p>
        <h1 className={styles.name}>{order.number}</h1>
      </div>
      <Progress order={order} onShowInDoubt={onShowInDoubt} />
      <Figures order={order} />
    </header>
  );
}

function Progress(props: { readonly order: OrderView; readonly onShowInDoubt: () => void }) {
  const { order, onShowInDoubt } = props;
  const { text, formats } = useLanguage();
  const { passed, quantity, remaining, inDoubt, retries } = order;
  const share = quantity > 0 ? Math.min(1, passed / quantity) : 0;
  return (
    <div className={styles.progress}>
      <p className={styles.count}>
        <strong>{formats.count(passed)}</strong>
        <span>{text('order.of', { quantity: formats.count(quantity) })}</span>
      </p>
      <div className={styles.course}>
        <p className={styles.rest}>
          {remaining === 0 ? (
            <span className={styles.complete}>
              <Shape name="check" />
              {text('order.complete')}
            </span>
          ) : (
            <span className={styles.left}>{text('order.left', { count: formats.count(remaining) })}</span>
          )}
          {inDoubt > 0 && (
            <button
              type="button"
              className={styles.doubt}
              title={text('order.see-in-doubt')}
              onClick={onShowInDoubt}
            >
              <Shape name="question" />
              {text('order.in-doubt', { count: formats.count(inDoubt) })}
            </button>
          )}
          {retries > 0 && <span>{text('order.retries', { count: formats.count(retries) })}</span>}
        </p>
        <div
          className={styles.track}
          role="progressbar"
          aria-label={text('order.progress', { passed, quantity })}
          aria-valuemin={0}
          aria-valuemax={quantity}
          aria-valuenow={Math.min(passed, quantity)}
        >
          <div className={styles.fill} style={{ transform: `scaleX(${share})` }} />
        </div>
      </div>
    </div>
  );
}

function Figures({ order }: { readonly order: OrderView }) {
  const { text, formats } = useLanguage();
  const { firstPassYield, unitsPerHour, taktSeconds } = order;
  const dash = text('ui.dash');
  return (
    <dl className={styles.figures}>
      <Figure
        name={text('order.first-pass')}
        value={firstPassYield === undefined ? dash : formats.share(firstPassYield)}
      />
      <Figure
        name={text('order.per-hour')}
        value={unitsPerHour === undefined ? dash : formats.count(unitsPerHour)}
      />
      <Figure
        name={text('order.takt')}
        value={
          taktSeconds === undefined
            ? dash
            : text('ui.unit-seconds', { seconds: formats.decimal(taktSeconds) })
        }
      />
    </dl>
  );
}

function Figure(props: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles.figure}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
