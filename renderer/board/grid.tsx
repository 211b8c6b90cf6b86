/**
 * The board's grid: as many columns as the slots and the screen ask for, one tab stop, arrows from tile to tile.
 * Must not: draw when a slot has changed; its tiles do that by themselves.
 */
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { useFaces } from '../i18n/word-width.ts';
import { useSlotIds, useView } from '../station-context.tsx';
import { cx } from '../ui/class-names.ts';
import { columnsFor } from './columns.ts';
import styles from './grid.module.css';
import { Tile } from './tile.tsx';
import { invitationOf } from './tile-face.ts';

/** More slots than this stand closer to each other, and move less. */
const DENSE = 32;

interface GridProps {
  /** The picture is not current. */
  readonly isStale: boolean;
  readonly onOpen: (slotId: string) => void;
}

export function Grid({ isStale, onOpen }: GridProps) {
  const { text } = useLanguage();
  const faces = useFaces();
  const ids = useSlotIds();
  const order = useView((view) => view.order);
  const shares = order?.phaseShares;
  const invitation = useView(invitationOf) ?? 'order';
  const isDense = ids.length > DENSE;
  const [list, columns] = useColumns(ids.length);
  const [stop, setStop] = useState(0);

  const open = useCallback(
    (slotId: string) => {
      setStop(Math.max(0, ids.indexOf(slotId)));
      onOpen(slotId);
    },
    [ids, onOpen],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextStop(event.key, stop, columns, ids.length);
    if (next === undefined) return;
    event.preventDefault();
    setStop(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };

  return (
    <ul
      ref={list}
      className={cx(styles.grid, isStale && 'stale')}
      data-dense={isDense || undefined}
      aria-label={text('board.label')}
      data-stale={isStale || undefined}
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      onKeyDown={onKeyDown}
    >
      {ids.map((id, index) => (
        <Tile
          key={id}
          slotId={id}
          isTabStop={index === Math.min(stop, ids.length - 1)}
          invitation={invitation}
          shares={shares}
          faces={faces}
          isDense={isDense}
          onOpen={open}
        />
      ))}
    </ul>
  );
}

function nextStop(key: string, stop: number, columns: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -stop,
    End: count - 1 - stop,
  };
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = stop + step;
  return next >= 0 && next < count ? next : stop;
}

function useColumns(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const [columns, setColumns] = useState(() => columnsFor(count, innerWidth, innerHeight * 0.75));
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => setColumns(columnsFor(count, element.clientWidth, element.clientHeight));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [count]);
  return [list, columns] as const;
}
