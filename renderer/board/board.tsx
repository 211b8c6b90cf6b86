/** The board page: the grid of tiles, or what to do when there are no slots. Must not: hold a state of a unit. */
import { useLanguage } from '../i18n/language.tsx';
import { useSlotIds } from '../station-context.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './board.module.css';
import { Grid } from './grid.tsx';

export function Board(props: { readonly isStale: boolean; readonly onOpen: (slotId: string) => void }) {
  const { text } = useLanguage();
  const isEmpty = useSlotIds().length === 0;
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
