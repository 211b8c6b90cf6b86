/** Takes a work-order file, dropped or chosen, and reads its text. Must not: send it anywhere. */
import { useState } from 'react';
import { Button, DropZone, FileTrigger } from 'react-aria-components';
import { useLanguage } from '../i18n/language.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './order-drop.module.css';

export interface OrderFile {
  readonly fileName: string;
  readonly text: string;
}

/** A work order is a page of text; anything larger is another file. */
const MOST_BYTES = 256 * 1024;

interface OrderDropProps {
  readonly onFile: (file: OrderFile) => void;
  /** No order is open: this is what the page is for. */
  readonly isOnly?: boolean;
}

export function OrderDrop({ onFile, isOnly = false }: OrderDropProps) {
  const { text } = useLanguage();
  const [refusal, setRefusal] = useState<string>();

  const read = async (file: File | undefined) => {
    setRefusal(undefined);
    if (file === undefined) return;
    if (file.size > MOST_BYTES) return setRefusal(text('order.file-too-large', { name: file.name }));
    onFile({ fileName: file.name, text: await file.text() });
  };

  return (
    <>
      <DropZone
        className={styles.zone ?? ''}
        aria-label={text('order.drop')}
        data-only={isOnly || undefined}
        onDrop={(event) => {
          const dropped = event.items.find((item) => item.kind === 'file');
          void dropped?.getFile().then(read);
        }}
      >
        <Shape name="file" className={styles.shape} />
        <p className={styles.drop}>{text('order.drop')}</p>
        <FileTrigger
          acceptedFileTypes={['.yaml', '.yml', 'text/yaml', 'application/yaml']}
          onSelect={(files) => void read(files?.[0])}
        >
          <Button className={styles.choose ?? ''}>{text('order.choose')}</Button>
        </FileTrigger>
      </DropZone>
      <Refusal text={refusal} />
    </>
  );
}
