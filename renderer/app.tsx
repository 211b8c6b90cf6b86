/**
 * The window: order bar, page, strip, foot line, each in its fixed place. Must not: know a host, or a command.
 */
import { useCallback, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { RecordsFilter } from '../electron/contract/api.ts';
import styles from './app.module.css';
import { Board } from './board/board.tsx';
import { useLanguage } from './i18n/language.tsx';
import { OrdersPage } from './orders/orders-page.tsx';
import { RecordsPage } from './records/records-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { Announcer } from './shell/announcer.tsx';
import { AttentionStrip } from './shell/attention-strip.tsx';
import { FootLine } from './shell/foot-line.tsx';
import { LostBar } from './shell/lost-bar.tsx';
import { OrderBar } from './shell/order-bar.tsx';
import { keepPage, keptPage, type Page } from './shell/page.ts';
import { SlotPanel } from './slot-panel/slot-panel.tsx';
import { useLink, useView } from './station-context.tsx';
import { FaultMenu } from './training/fault-menu.tsx';
import { TrainingBanner, Watermark } from './training/training-banner.tsx';
import { useFocusKept } from './use-focus-kept.ts';

export function App() {
  const { text, language } = useLanguage();
  const link = useLink();
  const isStale = link.kind === 'away';
  const isTraining = useView((view) => view.mode === 'training') ?? false;
  const [page, setPage] = useState<Page>(() => keptPage(sessionStorage));
  const [startFilter, setStartFilter] = useState<RecordsFilter>('passed');
  const [isFaultMenuOpen, setFaultMenuOpen] = useState(false);
  const [openSlot, setOpenSlot] = useState<string>();
  useFocusKept(page);

  const go = useCallback((next: Page, filter: RecordsFilter = 'passed') => {
    keepPage(sessionStorage, next);
    setStartFilter(filter);
    setPage(next);
  }, []);

  if (link.kind === 'connecting') {
    return (
      <main className={styles.connecting}>
        <h1>{text('app.connecting')}</h1>
        <p>{text('app.connecting-help')}</p>
      </main>
    );
  }
  return (
    <I18nProvider locale={language}>
      <div className={styles.app}>
        {isTraining && <TrainingBanner />}
        {link.kind === 'away' ? (
          <LostBar since={link.since} />
        ) : (
          <OrderBar
            onOpenOrder={page === 'orders' ? undefined : () => go('orders')}
            onShowInDoubt={() => go('records', 'in-doubt')}
          />
        )}
        <main className={styles.page} tabIndex={-1}>
          {page === 'board' && (
            <Board isStale={isStale} onOpen={setOpenSlot} onEnterKey={() => go('orders')} />
          )}
          {page === 'orders' && <OrdersPage onOpened={() => go('board')} />}
          {page === 'records' && <RecordsPage key={startFilter} startFilter={startFilter} />}
          {page === 'settings' && <SettingsPage />}
          {isTraining && <Watermark />}
        </main>
        <AttentionStrip onOpenSlot={setOpenSlot} onGo={go} isKept={page === 'board'} isStale={isStale} />
        <FootLine
          page={page}
          onGo={go}
          isStale={isStale}
          onFaults={isTraining ? () => setFaultMenuOpen(true) : undefined}
        />
        <SlotPanel slotId={openSlot} onClose={() => setOpenSlot(undefined)} />
        <FaultMenu isOpen={isFaultMenuOpen} onClose={() => setFaultMenuOpen(false)} />
        <Announcer />
      </div>
    </I18nProvider>
  );
}
