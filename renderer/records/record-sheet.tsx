/** One attempt in full. Must not: show a secret; a record has none. */
import type { RecordView } from '../../electron/contract/record-views.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { FailureFacts } from '../slot-panel/failure-facts.tsx';
import { PhaseTimes } from '../slot-panel/phase-list.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
import { Sheet } from '../ui/sheet.tsx';
import styles from './record-sheet.module.css';
import { ResultWord } from './result-word.tsx';

export function RecordSheet(props: {
  readonly record: RecordView | undefined;
  readonly onClose: () => void;
}) {
  const { text, language, formats } = useLanguage();
  const { record, onClose } = props;
  if (record === undefined) return null;
  const said =
    record.code === undefined ? undefined : errorText(language, record.code, record.evidence ?? {});
  const at = (moment: string | undefined) => moment && formats.dated(moment);
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text('records.attempt')}
      head={
        <h2 className={styles.head}>
          <ResultWord record={record} />
          <span className="id">{record.hardwareId ?? text('ui.dash')}</span>
        </h2>
      }
    >
      <div className={styles.parts}>
        {said !== undefined && (
          <p className={styles.said}>
            <strong>{said.todo}</strong>
            {said.what}
          </p>
        )}
        {record.code !== undefined && <FailureFacts failure={record} />}
        <Facts
          facts={[
            maybe(text('fact.client-id'), record.clientId, true),
            maybe(text('fact.instance'), record.instanceId, true),
            maybe(text('fact.device-key'), record.deviceAccessKeyId, true),
            maybe(text('fact.product'), record.product),
            maybe(text('fact.model'), record.model),
            maybe(text('fact.firmware'), record.firmware),
            maybe(text('fact.profile'), record.profile),
            maybe(text('fact.order'), record.orderNumber),
            maybe(text('fact.operator'), record.operator),
            maybe(text('board.slot'), record.slot),
            maybe(text('fact.port'), record.port, true),
            maybe(text('records.started'), at(record.startedAt)),
            maybe(text('records.ended'), at(record.endedAt)),
          ]}
        />
        <PhaseTimes times={record.phases} broken={record.phase} />
        <Facts
          facts={[
            maybe(text('fact.run'), record.runId, true),
            maybe(text('fact.digest'), record.digest, true),
            maybe(text('fact.event-hash'), record.eventHash, true),
            maybe(text('fact.profile-digest'), record.profileDigest, true),
          ]}
        />
      </div>
    </Sheet>
  );
}
