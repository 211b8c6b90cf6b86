/**
 * What can be done with a slot, as the station allows it, in large presses; another attempt is asked once more.
 * Must not: offer what the station did not name.
 */
import { useState } from 'react';
import type { SlotAction } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Refusal } from '../ui/refusal.tsx';
import type { ShapeName } from '../ui/shape.tsx';
import { useCommand } from '../use-command.ts';
import styles from './slot-actions.module.css';

const LOOK: Readonly<Record<SlotAction, { shape: ShapeName; weight: 'main' | 'plain' | 'grave' }>> = {
  stop: { shape: 'stop', weight: 'plain' },
  release: { shape: 'free', weight: 'main' },
  'provision-again': { shape: 'again', weight: 'grave' },
  'set-aside': { shape: 'slash', weight: 'plain' },
  'take-back': { shape: 'tray', weight: 'main' },
};

interface SlotActionsProps {
  readonly slotId: string;
  readonly actions: readonly SlotAction[];
  readonly onDone: () => void;
}

export function SlotActions({ slotId, actions, onDone }: SlotActionsProps) {
  const { text } = useLanguage();
  const [isAsking, setAsking] = useState(false);
  const { isBusy, refusal, send } = useCommand();

  const act = async (action: SlotAction) => {
    await send(`slot.${action}`, { slotId });
    onDone();
  };

  return (
    <div className={styles.actions}>
      <Refusal text={refusal} />
      {actions.length === 0 ? (
        <p className={styles.none}>{text('panel.no-actions')}</p>
      ) : (
        <div className={styles.row}>
          {actions.map((action) => (
            <Button
              key={action}
              weight={LOOK[action].weight}
              shape={LOOK[action].shape}
              isBusy={isBusy}
              onPress={() => (action === 'provision-again' ? setAsking(true) : void act(action))}
            >
              {text(`action.${action}`)}
            </Button>
          ))}
        </div>
      )}
      <Confirm
        isOpen={isAsking}
        shape="again"
        title={text('confirm.provision-again')}
        about={text('confirm.provision-again-about')}
        yes={text('action.provision-again')}
        onNo={() => setAsking(false)}
        onYes={() => {
          setAsking(false);
          void act('provision-again');
        }}
      />
    </div>
  );
}
