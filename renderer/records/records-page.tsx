/** The records page: search, filter, the table, one row in full, export. Must not: hold more rows than were asked for. */
import { useState } from 'react';
import type { RecordsFilter } from '../../electron/contract/api.ts';
import type { RecordView } from '../../electron/contract/record-views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Button } from '../ui/button.tsx';
import { Choice, Switch } from '../ui/fields.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Shape } from '../ui/shape.tsx';
import { ExportButtons } from './export-buttons.tsx';
import { RecordSheet } from './record-sheet.tsx';
import styles from './records-page.module.css';
import { RecordsTable } from './records-table.tsx';
import { SearchField } from './search-field.tsx';
import { useRecords } from './use-records.ts';

const FILTERS = ['passed', 'all', 'in-doubt'] as const satisfies readonly RecordsFilter[];

export function RecordsPage({ startFilter }: { readonly startFilter: RecordsFilter }) {
  const { text } = useLanguage();
  const order = useView((view) => view.order?.number);
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<RecordsFilter>(startFilter);
  const [isThisOrder, setThisOrder] = useState(false);
  const [open, setOpen] = useState<RecordView>();
  const orderNumber = isThisOrder ? order : undefined;
  const { rows, isBusy, refusal, more } = useRecords(search, filter, orderNumber);

  return (
    <div className={styles.page}>
      <header className={styles.tools}>
        <h2 className="unseen">{text('nav.records')}</h2>
        <SearchField value={search} onChange={setSearch} />
        <Choice
          label={text('records.filter')}
          isLabelSeen={false}
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((value) => ({ value, name: text(`records.${value}`) }))}
        />
        {order !== undefined && (
          <Switch label={text('records.this-order')} isOn={isThisOrder} onChange={setThisOrder} />
        )}
        <ExportButtons search={search} filter={filter} orderNumber={orderNumber} />
      </header>
      <Refusal text={refusal} />
      <div className={styles.rows}>
        {rows.length > 0 && <RecordsTable rows={rows} onOpen={setOpen} />}
        {rows.length === 0 && !isBusy && refusal === undefined && (
          <div className={styles.none}>
            <Shape name="records" />
            <p>{text(search === '' ? 'records.none' : 'records.none-found')}</p>
          </div>
        )}
        {more !== undefined && (
          <div className={styles.more}>
            <Button shape="more" isBusy={isBusy} onPress={more}>
              {text('records.more')}
            </Button>
          </div>
        )}
      </div>
      <RecordSheet record={open} onClose={() => setOpen(undefined)} />
    </div>
  );
}
