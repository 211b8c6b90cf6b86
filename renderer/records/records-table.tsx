/**
 * Attempts as rows, newest first; a row opens in full. One tab stop: up and down lead from row to row. Must not: cut an identifier.
 */
import { type KeyboardEvent, useState } from 'react';
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
  const [at, setAt] = useState(0);
  // A new search may have fewer rows.
  const stop = Math.min(at, props.rows.length - 1);

  const move = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const last = props.rows.length - 1;
    const next = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: last }[event.key];
    if (next === undefined || next < 0 || next > last) return;
    event.preventDefault();
    event.currentTarget.querySelectorAll('button')[next]?.focus();
  };

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
      <tbody onKeyDown={move}>
        {props.rows.map((row, index) => (
          <tr key={row.runId} onClick={() => props.onOpen(row)}>
            <td>
              <button
                type="button"
                className={styles.open}
                tabIndex={index === stop ? 0 : -1}
                onFocus={() => setAt(index)}
              >
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
