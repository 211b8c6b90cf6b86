/**
 * The panel of one slot: how it stands, whose fault and what to do, phases, unit, transcript, and what can be done.
 * Must not: decide what is possible; the station says which actions there are.
 */
import type { SlotView } from '../../electron/contract/views.ts';
import { faceOf, invitationOf } from '../board/tile-face.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useSlot, useView } from '../station-context.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { FailureCard } from './failure-card.tsx';
import { FailureFacts } from './failure-facts.tsx';
import { NextStep } from './next-step.tsx';
import { PhaseList } from './phase-list.tsx';
import { SlotActions } from './slot-actions.tsx';
import styles from './slot-panel.module.css';
import { Transcript } from './transcript.tsx';
import { useSlotDetails } from './use-slot-details.ts';

interface SlotPanelProps {
  readonly slotId: string | undefined;
  readonly onClose: () => void;
}

export function SlotPanel({ slotId, onClose }: SlotPanelProps) {
  return slotId === undefined ? null : <OpenPanel slotId={slotId} onClose={onClose} />;
}

function OpenPanel({ slotId, onClose }: { readonly slotId: string; readonly onClose: () => void }) {
  const { text } = useLanguage();
  const slot = useSlot(slotId);
  const { details, reload } = useSlotDetails(slotId, slot);
  const invitation = useView(invitationOf) ?? 'order';
  if (slot === undefined) return null;
  const { state } = slot;
  const { form, word } = faceOf(state, invitation);
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text('panel.title', { number: slot.number })}
      head={
        <h2 className={styles.head} data-form={form}>
          <span className={styles.number}>{slot.number}</span>
          <span className={styles.word}>{text(word)}</span>
          {state.kind === 'running' && (
            <span className={styles.percent}>{`${Math.floor(state.percent)}%`}</span>
          )}
        </h2>
      }
      foot={<SlotActions slotId={slotId} actions={details?.actions ?? []} onDone={reload} />}
    >
      <div className={styles.parts}>
        {state.kind === 'failed' && <FailureCard failure={state.failure} />}
        <NextStep state={state} invitation={invitation} hasPort={slot.port !== undefined} />
        <PhaseList state={state} />
        <UnitFacts slot={slot} />
        {state.kind === 'failed' && <FailureFacts failure={state.failure} />}
        <Transcript lines={details?.transcript ?? []} />
      </div>
    </Sheet>
  );
}

function UnitFacts({ slot }: { readonly slot: SlotView }) {
  const { text, formats } = useLanguage();
  const { state } = slot;
  const unit = 'unit' in state ? state.unit : undefined;
  const passed = state.kind === 'done-before' ? state : undefined;
  return (
    <section>
      <h3 className={styles.title}>{text('panel.unit')}</h3>
      <Facts
        facts={[
          maybe(text('fact.hardware-id'), unit?.hardwareId, true),
          maybe(text('fact.client-id'), unit?.clientId, true),
          maybe(text('fact.model'), unit?.model),
          maybe(text('fact.firmware'), unit?.firmware),
          maybe(text('fact.passed-at'), passed && formats.moment(passed.passedAt)),
          maybe(text('fact.order'), passed?.orderNumber),
          maybe(text('fact.operator'), passed?.operator),
          maybe(text('fact.port'), slot.port ?? text('hint.no-port'), slot.port !== undefined),
          maybe(text('fact.run'), unit?.runId, true),
        ]}
      />
    </section>
  );
}
