/** Saves what is searched for as a file. Must not: be silent about rows that the file does not hold. */
import { useState } from 'react';
import type { RecordsFilter } from '../../electron/contract/api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { useCommand } from '../use-command.ts';
import styles from './export-buttons.module.css';

interface ExportButtonsProps {
  readonly search: string;
  readonly filter: RecordsFilter;
  readonly orderNumber: string | undefined;
}

const FORMATS = ['csv', 'json'] as const;

export function ExportButtons({ search, filter, orderNumber }: ExportButtonsProps) {
  const { text, formats } = useLanguage();
  const { isBusy, refusal, send } = useCommand();
  const [said, setSaid] = useState<string>();

  const save = async (format: 'csv' | 'json') => {
    setSaid(undefined);
    const answer = await send('records.export', {
      text: search.trim(),
      filter,
      format,
      ...(orderNumber === undefined ? {} : { orderNumber }),
    });
    if (answer === undefined) return;
    const { fileName, mediaType, text: content, rows, isComplete } = answer.output;
    download(fileName, mediaType, content);
    const count = formats.count(rows);
    setSaid(text(isComplete ? 'records.saved' : 'records.saved-part', { count }));
  };

  return (
    <div className={styles.export}>
      {FORMATS.map((format) => (
        <Button key={format} shape="save" isBusy={isBusy} onPress={() => void save(format)}>
          {text(`records.${format}`)}
        </Button>
      ))}
      <span role="status" className={styles.said}>
        {refusal ?? said}
      </span>
    </div>
  );
}

function download(fileName: string, mediaType: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
