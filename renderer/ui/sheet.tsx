/**
 * A sheet at the right edge, over the board but not instead of it: Escape, the scrim and the large button close it.
 * Must not: hold what it shows; it is empty when it is closed.
 */
import type { ReactNode } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { useLanguage } from '../i18n/language.tsx';
import { Shape } from './shape.tsx';
import styles from './sheet.module.css';

interface SheetProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Stands in the head instead of the title. */
  readonly head?: ReactNode;
  /** Stays at the bottom while the rest scrolls. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

export function Sheet({ isOpen, onClose, title, head, foot, children }: SheetProps) {
  const { text } = useLanguage();
  return (
    <ModalOverlay
      className={styles.overlay ?? ''}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.sheet ?? ''}>
        <Dialog className={styles.dialog ?? ''} aria-label={title}>
          <header className={styles.head}>
            {head ?? <h2 className={styles.title}>{title}</h2>}
            <button type="button" className={styles.close} aria-label={text('ui.close')} onClick={onClose}>
              <Shape name="close" />
            </button>
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
          <section className={styles.body} aria-label={title} tabIndex={0}>
            {children}
          </section>
          {foot !== undefined && <footer className={styles.foot}>{foot}</footer>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
