/** The trainer's menu: faults that the station has to find out by itself. Must not: exist outside a training bench. */
import { useState } from 'react';
import { TRAINING_FAULTS, type TrainingFault } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useSlotIds, useStationParts, useView } from '../station-context.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
import { Switch } from '../ui/fields.tsx';
import { Pick } from '../ui/pick.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { useCommand } from '../use-command.ts';
import styles from './fault-menu.module.css';

const EVERYWHERE = 'all';
/** These are faults of everything at once; a place would have no meaning. */
const OF_ALL: readonly TrainingFault[] = ['brown-out', 'throttled-cloud'];

export function FaultMenu(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { text } = useLanguage();
  const { store } = useStationParts();
  const training = useView((view) => view.training);
  const ids = useSlotIds();
  const [place, setPlace] = useState(EVERYWHERE);
  const { isBusy, refusal, send } = useCommand();
  if (training === undefined) return null;

  const switchTo = (fault: TrainingFault, isActive: boolean) => {
    const slot = place === EVERYWHERE || OF_ALL.includes(fault) ? {} : { slotId: place };
    void send('training.inject', { fault, isActive, ...slot });
  };

  return (
    <Sheet isOpen={props.isOpen} onClose={props.onClose} title={text('training.title')}>
      <div className={styles.menu}>
        <p className={styles.about}>{text('training.about')}</p>
        <Pick
          label={text('training.where')}
          value={place}
          onChange={setPlace}
          options={[
            { value: EVERYWHERE, name: text('training.everywhere') },
            ...ids.map((id) => ({
              value: id,
              name: text('training.slot', { number: store.slot(id)?.number ?? '' }),
            })),
          ]}
        />
        <Refusal text={refusal} />
        <ul className={styles.faults}>
          {TRAINING_FAULTS.map((fault) => (
            <li key={fault}>
              <Switch
                label={text(`fault.${fault}`)}
                about={text(`fault.${fault}-about`)}
                isOn={training.active.includes(fault)}
                isDisabled={isBusy}
                onChange={(isOn) => switchTo(fault, isOn)}
              />
            </li>
          ))}
        </ul>
        <Facts
          facts={[
            maybe(text('training.cloud'), training.cloud, true),
            maybe(text('training.broker'), training.broker, true),
          ]}
        />
      </div>
    </Sheet>
  );
}
