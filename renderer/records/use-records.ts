/**
 * The rows of a search, page by page. A new search starts anew a moment after the last key.
 * Must not: show the answer to an earlier question.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RecordsFilter } from '../../electron/contract/api.ts';
import type { RecordView } from '../../electron/contract/record-views.ts';
import { useCommand } from '../use-command.ts';

const PAUSE_MS = 200;

export interface Records {
  readonly rows: readonly RecordView[];
  readonly isBusy: boolean;
  readonly refusal: string | undefined;
  /** Asks for the next page; undefined on the last. */
  readonly more: (() => void) | undefined;
}

export function useRecords(search: string, filter: RecordsFilter, orderNumber: string | undefined): Records {
  const { isBusy, refusal, send } = useCommand();
  const [rows, setRows] = useState<readonly RecordView[]>([]);
  const [next, setNext] = useState<string>();
  const [isFirst, setFirst] = useState(true);
  const asked = useRef(0);

  const ask = useCallback(
    async (after: string | undefined) => {
      const mine = ++asked.current;
      const answer = await send('records.search', {
        text: search.trim(),
        filter,
        ...(orderNumber === undefined ? {} : { orderNumber }),
        ...(after === undefined ? {} : { after }),
      });
      if (mine !== asked.current || answer === undefined) return;
      const page = answer.output;
      setRows((before) => (after === undefined ? page.rows : [...before, ...page.rows]));
      setNext(page.next);
      setFirst(false);
    },
    [send, search, filter, orderNumber],
  );

  useEffect(() => {
    const timer = setTimeout(() => void ask(undefined), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [ask]);

  return {
    rows,
    isBusy: isBusy || (isFirst && refusal === undefined),
    refusal,
    more: next === undefined ? undefined : () => void ask(next),
  };
}
