/**
 * The AccessKey: where the one in use comes from and whether it is kept, and a form for another one.
 * Must not: keep what is typed after it was sent, or show any of it again.
 */
import { useState } from 'react';
import type { AccessView } from '../../electron/contract/views.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Switch } from '../ui/fields.tsx';
import { Card } from '../ui/page-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Shape } from '../ui/shape.tsx';
import { useCommand } from '../use-command.ts';
import styles from './access-card.module.css';

export function AccessCard() {
  const { text } = useLanguage();
  const access = useView((view) => view.access);
  const [isTyping, setTyping] = useState(false);
  const { isBusy, refusal, send } = useCommand();
  if (access === undefined) return null;
  const { source } = access;
  const isFormOpen = isTyping || source === 'missing';
  const canForget = source === 'typed' || source === 'sealed';
  return (
    <Card title={text('access.title')}>
      <div className={styles.now}>
        <p className={styles.state} data-missing={source === 'missing' || undefined}>
          <Shape name={source === 'missing' ? 'hand' : 'key'} />
          <span>
            <strong className="id">{access.accessKeyId ?? text(`access.source-${source}`)}</strong>
            <span className={styles.about}>{text(`access.about-${source}`)}</span>
            {access.isTemporary === true && <span className={styles.about}>{text('access.temporary')}</span>}
          </span>
        </p>
        {!isFormOpen && source !== 'training' && (
          <div className={styles.presses}>
            <Button onPress={() => setTyping(true)}>{text('access.another')}</Button>
            {canForget && (
              <Button isBusy={isBusy} onPress={() => void send('access.forget', {})}>
                {text('access.forget')}
              </Button>
            )}
          </div>
        )}
      </div>
      <Refusal text={refusal} />
      {isFormOpen && <AccessForm access={access} onDone={() => setTyping(false)} />}
    </Card>
  );
}

const EMPTY = { accessKeyId: '', accessKeySecret: '', securityToken: '' } as const;

function AccessForm(props: { readonly access: AccessView; readonly onDone: () => void }) {
  const { access, onDone } = props;
  const { text } = useLanguage();
  const { isBusy, refusal, send } = useCommand();
  const [typed, setTyped] = useState<Readonly<Record<keyof typeof EMPTY, string>>>(EMPTY);
  const [isKept, setKept] = useState(false);
  const isComplete = typed.accessKeyId.trim() !== '' && typed.accessKeySecret !== '';

  const enter = async () => {
    if (!isComplete) return;
    const { accessKeyId, accessKeySecret, securityToken } = typed;
    setTyped({ ...EMPTY, accessKeyId });
    const token = securityToken.trim() === '' ? {} : { securityToken: securityToken.trim() };
    const entered = await send('access.enter', {
      accessKeyId: accessKeyId.trim(),
      accessKeySecret: accessKeySecret.trim(),
      ...token,
      keep: isKept && access.canSeal,
    });
    if (entered !== undefined) onDone();
  };
  const set = (name: keyof typeof EMPTY) => (value: string) => setTyped({ ...typed, [name]: value });

  return (
    <div className={styles.form}>
      <div className={styles.pair}>
        <Field isId label={text('access.id')} value={typed.accessKeyId} onChange={set('accessKeyId')} />
        <Field
          isSecret
          label={text('access.secret')}
          value={typed.accessKeySecret}
          onChange={set('accessKeySecret')}
          onSubmit={() => void enter()}
        />
        <Field
          isSecret
          label={text('access.token')}
          maxLength={4096}
          value={typed.securityToken}
          onChange={set('securityToken')}
        />
        <Switch
          label={text('access.keep')}
          about={text(access.canSeal ? 'access.keep-about' : 'access.keep-not')}
          isOn={isKept && access.canSeal}
          isDisabled={!access.canSeal}
          onChange={setKept}
        />
      </div>
      <Refusal text={refusal} />
      <div className={styles.row}>
        {access.source !== 'missing' && <Button onPress={onDone}>{text('ui.cancel')}</Button>}
        <Button
          weight="main"
          shape="key"
          isBusy={isBusy}
          isDisabled={!isComplete}
          onPress={() => void enter()}
        >
          {text('access.enter')}
        </Button>
      </div>
    </div>
  );
}
