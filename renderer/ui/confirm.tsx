/**
 * Asks once more before what cannot be undone, in the middle of the window. Must not: be closed by a press beside it.
 */
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import styles from './confirm.module.css';
import { Shape, type ShapeName } from './shape.tsx';

interface ConfirmProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly about: string;
  readonly yes: string;
  readonly shape: ShapeName;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Confirm({ isOpen, title, about, yes, shape, onYes, onNo }: ConfirmProps) {
  const { text } = useLanguage();
  return (
    <ModalOverlay
      className={styles.overlay ?? ''}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onNo();
      }}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.dialog ?? ''} role="alertdialog" aria-label={title}>
          <Shape name={shape} className={styles.shape} />
          <h2 className={styles.title}>{title}</h2>
          <p className={styles.about}>{about}</p>
          <div className={styles.actions}>
            <Button onPress={onNo}>{text('ui.cancel')}</Button>
            <Button weight="grave" onPress={onYes}>
              {yes}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
