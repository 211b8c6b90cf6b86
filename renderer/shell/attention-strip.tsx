/**
 * The strip over the foot line: what needs somebody, oldest first, each with its age; what does not fit is counted
 * and one press away. Must not: change its own height; nothing on the board may jump when something goes wrong.
 */
import { useMemo, useState } from 'react';
import type { SlotView } from '../../electron/contract/views.ts';
import { faceOf } from '../board/tile-face.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { cx } from '../ui/class-names.ts';
import { Shape } from '../ui/shape.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { useNow } from '../use-now.ts';
import { useWidth } from '../use-size.ts';
import { type Attention, type StationTrouble, useAttention } from './attention.ts';
import styles from './attention-strip.module.css';
import type { Page } from './page.ts';

interface StripProps {
  readonly onOpenSlot: (slotId: string) => void;
  readonly onGo: (page: Page) => void;
  /** The board's own strip keeps its place when it is empty; elsewhere it is in the way. */
  readonly isKept?: boolean;
  /** The picture is not current. */
  readonly isStale?: boolean;
}

/** Width that one entry needs, in rem. */
const ENTRY_REM = 22;
const MORE_REM = 5;

export function AttentionStrip({ onOpenSlot, onGo, isKept = true, isStale = false }: StripProps) {
  const { text } = useLanguage();
  const hasOrder = useView((view) => view.order !== undefined) ?? false;
  const attention = useAttention();
  const [ref, width] = useWidth<HTMLElement>();
  const [isListOpen, setListOpen] = useState(false);
  const total = attention.troubles.length + attention.slots.length;
  const now = useNow(attention.slots.length > 0 ? 1000 : undefined);
  const fitting = useFitting(width, total);
  const troubles = attention.troubles.slice(0, fitting);
  const slots = attention.slots.slice(0, Math.max(0, fitting - troubles.length));
  const shown = { troubles, slots };

  return (
    <section
      ref={ref}
      className={cx(styles.strip, isStale && 'stale')}
      data-empty={(total === 0 && !isKept) || undefined}
      aria-label={text('strip.label')}
    >
      {total === 0 && isKept && hasOrder && !isStale && (
        <p className={styles.calm}>
          <Shape name="check" />
          {text('strip.calm')}
        </p>
      )}
      {total > 0 && <Entries attention={shown} now={now} onOpenSlot={onOpenSlot} onGo={onGo} />}
      {total > fitting && (
        <button
          type="button"
          className={styles.more}
          title={text('strip.more-label', { count: total })}
          onClick={() => setListOpen(true)}
        >
          {text('strip.more', { count: total - fitting })}
        </button>
      )}
      <Sheet isOpen={isListOpen} onClose={() => setListOpen(false)} title={text('strip.title')}>
        <div className={styles.list}>
          <Entries
            attention={attention}
            now={now}
            onOpenSlot={(slotId) => {
              setListOpen(false);
              onOpenSlot(slotId);
            }}
            onGo={(page) => {
              setListOpen(false);
              onGo(page);
            }}
          />
        </div>
      </Sheet>
    </section>
  );
}

/** How many entries fit; the type's size is asked for only where the width has changed. */
function useFitting(width: number, total: number): number {
  const room = useMemo(() => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    return width / rem;
  }, [width]);
  const all = Math.floor(room / ENTRY_REM);
  return Math.max(1, total <= all ? all : Math.floor((room - MORE_REM) / ENTRY_REM));
}

function Entries(props: StripProps & { readonly attention: Attention; readonly now: number }) {
  const { attention, now, onOpenSlot, onGo } = props;
  return (
    <ul className={styles.entries}>
      {attention.troubles.map((trouble) => (
        <li key={trouble}>
          <TroubleEntry trouble={trouble} onGo={onGo} />
        </li>
      ))}
      {attention.slots.map((slot) => (
        <li key={slot.slotId}>
          <SlotEntry slot={slot} now={now} onOpen={onOpenSlot} />
        </li>
      ))}
    </ul>
  );
}

function SlotEntry(props: {
  readonly slot: SlotView;
  readonly now: number;
  readonly onOpen: (slotId: string) => void;
}) {
  const { slot, now, onOpen } = props;
  const { text, language, formats } = useLanguage();
  if (slot.state.kind !== 'failed') return null;
  const { failure, at } = slot.state;
  const { form, word } = faceOf(slot.state);
  return (
    <button type="button" className={styles.entry} data-form={form} onClick={() => onOpen(slot.slotId)}>
      <span className={styles.number}>
        <span className="unseen">{text('board.slot')} </span>
        {slot.number}
      </span>
      <span className={styles.who}>
        <span className={styles.word}>{text(word)}</span> {text(`blame.${failure.blame}`)}
      </span>
      <span className={styles.age}>{formats.span(now - Date.parse(at))}</span>
      <span className={styles.todo}>{errorText(language, failure.code, failure.evidence).todo}</span>
    </button>
  );
}

function TroubleEntry(props: { readonly trouble: StationTrouble; readonly onGo: (page: Page) => void }) {
  const { text, language } = useLanguage();
  const ledgerCode = useView((view) => view.foot.ledger.code);
  const { who, todo, page, form } = ((): {
    who: string;
    todo: string;
    page: Page;
    form: 'bad' | 'decide';
  } => {
    switch (props.trouble) {
      case 'key':
        return { who: text('strip.key'), todo: text('strip.key-todo'), page: 'orders', form: 'decide' };
      case 'ledger':
        return {
          who: text('strip.ledger'),
          todo: errorText(language, ledgerCode ?? 'LEDGER_FAILED', {}).todo,
          page: 'settings',
          form: 'bad',
        };
      case 'cloud-away':
        return { who: text('strip.cloud'), todo: text('strip.cloud-away'), page: 'orders', form: 'bad' };
      case 'cloud-paused':
        return { who: text('strip.cloud'), todo: text('strip.cloud-paused'), page: 'orders', form: 'decide' };
    }
  })();
  return (
    <button type="button" className={styles.entry} data-form={form} onClick={() => props.onGo(page)}>
      <span className={styles.number}>
        <Shape name={form === 'bad' ? 'cross' : 'hand'} />
      </span>
      <span className={styles.who}>{who}</span>
      <span className={styles.todo}>{todo}</span>
    </button>
  );
}
