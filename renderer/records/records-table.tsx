/** Attempts as rows, newest first; a row opens in full. Must not: cut an identifier. */
import type { RecordView } from '../../electron/contract/record-views.ts';
import { PHASES } from '../board/progress-parts.tsx';
import { useLanguage } from '../i18n/language.tsx';
import styles from './records-table.module.css';
import { ResultWord } from './result-word.tsx';

export function RecordsTable(props: {
  readonly rows: readonly RecordView[];
  readonly onOpen: (record: RecordView) => void;
}) {
  const { text, formats } = useLanguage();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{text('records.when')}</th>
          <th scope="col">{text('fact.outcome')}</th>
          <th scope="col">{text('fact.hardware-id')}</th>
          <th scope="col">{text('fact.client-id')}</th>
          <th scope="col">{text('fact.order')}</th>
          <th scope="col" className={styles.right}>
            {text('board.slot')}
          </th>
          <th scope="col">{text('fact.operator')}</th>
          <th scope="col" className={styles.right}>
            {text('records.took')}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={row.runId} onClick={() => props.onOpen(row)}>
            <td>
              <button type="button" className={styles.open}>
                {formats.instant(row.endedAt ?? row.startedAt)}
              </button>
            </td>
            <td>
              <ResultWord record={row} />
            </td>
            <td className="id">{row.hardwareId ?? text('ui.dash')}</td>
            <td className="id">{row.clientId ?? text('ui.dash')}</td>
            <td className="id">{row.orderNumber}</td>
            <td className={styles.right}>{row.slot}</td>
            <td>{row.operator ?? text('ui.dash')}</td>
            <td className={styles.right}>{secondsOf(row) ?? text('ui.dash')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function secondsOf(row: RecordView): string | undefined {
    const ms = PHASES.reduce((sum, phase) => sum + (row.phases[phase] ?? 0), 0);
    return ms === 0 ? undefined : text('ui.unit-seconds', { seconds: formats.decimal(ms / 1000) });
  }
}
