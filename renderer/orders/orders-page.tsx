/**
 * The order page: the open order or a file to open, and the AccessKey beside it; where there is none, it comes first, since no
 * order can be opened without it. Must not: parse a file itself.
 */
import { useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { useFocusKept } from '../use-focus-kept.ts';
import { AccessCard } from './access-card.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { OrderCard } from './order-card.tsx';
import { OrderDrop, type OrderFile } from './order-drop.tsx';
import { OrderPreviewCard } from './order-preview.tsx';
import styles from './orders-page.module.css';

export function OrdersPage({ onOpened }: { readonly onOpened: () => void }) {
  const { text } = useLanguage();
  const hasOrder = useView((view) => view.order !== undefined) ?? false;
  const isKeyMissing = useView((view) => view.access.source === 'missing') ?? true;
  const [file, setFile] = useState<OrderFile>();
  useFocusKept(`${file?.fileName ?? ''} ${hasOrder} ${isKeyMissing}`);
  return (
    <PageFrame title={text('nav.orders')}>
      {file === undefined ? (
        <>
          <div className={styles.column} data-only={(!hasOrder && !isKeyMissing) || undefined}>
            {isKeyMissing && <AccessCard />}
            {hasOrder && <OrderCard />}
            {!hasOrder && !isKeyMissing && <OrderDrop isOnly onFile={setFile} />}
          </div>
          <div className={styles.column}>
            {(hasOrder || isKeyMissing) && <OrderDrop onFile={setFile} />}
            {!isKeyMissing && <AccessCard />}
            {!isKeyMissing && <ConnectionCard />}
          </div>
        </>
      ) : (
        <OrderPreviewCard file={file} onOpened={onOpened} onDone={() => setFile(undefined)} />
      )}
    </PageFrame>
  );
}
