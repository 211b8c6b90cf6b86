/**
 * A file before it is opened: what the station reads in it, or each fault with its place beside the text.
 * Must not: open what the station has not read without faults.
 */
import { useEffect, useState } from 'react';
import { reasonText } from '../../electron/contract/texts/reason-texts.ts';
import type { OrderFaultView, OrderPreview } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/page-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Shape } from '../ui/shape.tsx';
import { useCommand } from '../use-command.ts';
import type { OrderFile } from './order-drop.tsx';
import { OrderFacts } from './order-facts.tsx';
import styles from './order-preview.module.css';
import { OrderSource } from './order-source.tsx';

interface OrderPreviewProps {
  readonly file: OrderFile;
  readonly onOpened: () => void;
  readonly onDone: () => void;
}

export function OrderPreviewCard({ file, onOpened, onDone }: OrderPreviewProps) {
  const { text } = useLanguage();
  const { isBusy, refusal, send } = useCommand();
  const [preview, setPreview] = useState<OrderPreview>();
  useEffect(() => {
    void send('order.preview', file).then((answer) => setPreview(answer?.output));
  }, [send, file]);
  const faults = preview?.ok === false ? preview.faults : [];
  const warnings = preview?.ok === true ? preview.warnings : [];
  const lines = new Set([...faults, ...warnings].flatMap(({ line }) => line ?? []));

  const open = async () => {
    const opened = await send('order.open', file);
    if (opened !== undefined) onOpened();
  };

  return (
    <>
      <Card
        title={preview?.ok === true ? preview.order.number : file.fileName}
        tool={
          <div className={styles.actions}>
            <Button onPress={onDone}>{text('ui.cancel')}</Button>
            {preview?.ok === true && (
              <Button weight="main" shape="order" isBusy={isBusy} onPress={() => void open()}>
                {text('order.open-this')}
              </Button>
            )}
          </div>
        }
      >
        <Refusal text={refusal} />
        {warnings.length > 0 && (
          <div className={styles.warned}>
            <p className={styles.lead}>
              <Shape name="question" />
              {text('order.warnings')}
            </p>
            <Faults faults={warnings} />
          </div>
        )}
        {preview?.ok === true && <OrderFacts order={preview.order} example={preview.example} />}
        {faults.length > 0 && (
          <>
            <p className={styles.lead}>
              <Shape name="cross" />
              {text('order.faults', { count: faults.length })}
            </p>
            <Faults faults={faults} />
          </>
        )}
      </Card>
      <Card title={preview?.ok === true ? file.fileName : text('order.source')}>
        <OrderSource text={file.text} marked={lines} />
      </Card>
    </>
  );
}

function Faults({ faults }: { readonly faults: readonly OrderFaultView[] }) {
  return (
    <ol className={styles.faults}>
      {faults.map((fault) => (
        <Fault key={JSON.stringify(fault)} fault={fault} />
      ))}
    </ol>
  );
}

/** In a file that the order names, the place there comes before the reason. */
function Fault({ fault }: { readonly fault: OrderFaultView }) {
  const { text, language } = useLanguage();
  const { line, field, reason, file } = fault;
  return (
    <li className={styles.fault}>
      <span className={styles.place}>
        {line === undefined ? text('ui.dash') : text('order.line', { line })}
      </span>
      <span className={styles.field}>{field}</span>
      <span className={styles.reason}>
        {file !== undefined && (
          <span className={styles.file}>
            {text('order.in-file', { file: file.path, line: file.line, column: file.column })}
            {file.field !== '' && <span className={styles.field}>{file.field}</span>}
          </span>
        )}
        {reasonText(language, reason)}
      </span>
    </li>
  );
}
