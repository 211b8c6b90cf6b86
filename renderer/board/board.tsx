/**
 * The board page: the grid of tiles, or in one big word what comes before it: an AccessKey, a slot.
 * Must not: hold a state of a unit, or hide one that is at work or latched.
 */
import type { SlotStateView } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useSlotIds, useView } from '../station-context.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './board.module.css';
import { Grid } from './grid.tsx';
import { NeedsKey } from './needs-key.tsx';

/** What a slot may show while the notice stands over all of them. */
const AT_REST: readonly SlotStateView['kind'][] = ['empty', 'ready', 'off'];

interface BoardProps {
  readonly isStale: boolean;
  readonly onOpen: (slotId: string) => void;
  readonly onEnterKey: () => void;
}

export function Board({ onEnterKey, ...props }: BoardProps) {
  const { text } = useLanguage();
  const isEmpty = useSlotIds().length === 0;
  const needsKey = useView(({ access, slots }) => {
    return access.source === 'missing' && slots.every(({ state }) => AT_REST.includes(state.kind));
  });
  if (needsKey && !props.isStale) return <NeedsKey onEnter={onEnterKey} />;
  if (isEmpty) {
    return (
      <div className={styles.nothing}>
        <Shape name="tray" />
        <h2>{text('board.no-slots')}</h2>
        <p>{text('board.no-slots-help')}</p>
      </div>
    );
  }
  return <Grid {...props} />;
}
