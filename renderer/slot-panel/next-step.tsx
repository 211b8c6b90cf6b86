/** What to do with a slot that has no fault, in one sentence. Must not: speak while a unit is at work. */
import type { SlotStateView } from '../../electron/contract/views.ts';
import { hintOf, type Invitation } from '../board/tile-face.ts';
import { useLanguage } from '../i18n/language.tsx';
import styles from './next-step.module.css';

interface NextStepProps {
  readonly state: SlotStateView;
  readonly invitation: Invitation;
  readonly hasPort: boolean;
}

export function NextStep({ state, invitation, hasPort }: NextStepProps) {
  const { text, formats } = useLanguage();
  const hint = hintOf(state, invitation, hasPort);
  if (hint === undefined) return null;
  return (
    <div className={styles.step}>
      <p className={styles.todo}>{text(hint)}</p>
      {state.kind === 'done-before' && (
        <p className={styles.why}>{text('hint.done-before', { when: formats.moment(state.passedAt) })}</p>
      )}
    </div>
  );
}
