/** Settings: language and theme of this window, names of station and operator, what this is. Must not: ask for more. */
import { useState } from 'react';
import type { StationView } from '../../electron/contract/views.ts';
import { LANGUAGES, useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Button } from '../ui/button.tsx';
import { Facts, maybe } from '../ui/facts.tsx';
import { Choice, Field } from '../ui/fields.tsx';
import { Card, PageFrame } from '../ui/page-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useCommand } from '../use-command.ts';
import styles from './settings-page.module.css';
import { applyTheme, keptTheme, THEMES } from './theme.ts';

export function SettingsPage() {
  const { text } = useLanguage();
  return (
    <PageFrame title={text('nav.settings')}>
      <WindowCard />
      <NamesCard />
      <AboutCard />
    </PageFrame>
  );
}

function WindowCard() {
  const { text, language, setLanguage } = useLanguage();
  const [theme, setTheme] = useState(() => keptTheme(localStorage));
  return (
    <Card title={text('settings.window')}>
      <Choice
        label={text('settings.language')}
        value={language}
        options={LANGUAGES.map((value) => ({ value, name: text(`language.${value}`) }))}
        onChange={setLanguage}
      />
      <Choice
        label={text('settings.theme')}
        value={theme}
        options={THEMES.map((value) => ({ value, name: text(`theme.${value}`) }))}
        onChange={(next) => {
          applyTheme(localStorage, document.documentElement, next);
          setTheme(next);
        }}
      />
      <p className={styles.note}>{text('settings.window-note')}</p>
    </Card>
  );
}

function NamesCard() {
  const { text } = useLanguage();
  const foot = useView((view) => view.foot);
  return (
    <Card title={text('settings.names')}>
      <NameForm
        key={`station ${foot?.stationName ?? ''}`}
        label={text('settings.station-name')}
        start={foot?.stationName ?? ''}
        mayBeEmpty={false}
        save={(send, name) => send('station.rename', { name })}
      />
      <NameForm
        key={`operator ${foot?.operator ?? ''}`}
        label={text('settings.operator')}
        help={text('settings.operator-help')}
        start={foot?.operator ?? ''}
        mayBeEmpty
        save={(send, operator) => send('operator.set', { operator })}
      />
    </Card>
  );
}

interface NameFormProps {
  readonly label: string;
  readonly help?: string;
  readonly start: string;
  readonly mayBeEmpty: boolean;
  readonly save: (send: ReturnType<typeof useCommand>['send'], value: string) => Promise<unknown>;
}

function NameForm({ label, help, start, mayBeEmpty, save }: NameFormProps) {
  const { text } = useLanguage();
  const [value, setValue] = useState(start);
  const { isBusy, refusal, send } = useCommand();
  const typed = value.trim();
  const isChanged = typed !== start && (mayBeEmpty || typed !== '');
  const submit = () => {
    if (isChanged) void save(send, typed);
  };
  return (
    <>
      <div className={styles.name}>
        <Field
          label={label}
          value={value}
          maxLength={40}
          onChange={setValue}
          onSubmit={submit}
          {...(help === undefined ? {} : { help })}
        />
        <Button isBusy={isBusy} isDisabled={!isChanged} onPress={submit}>
          {text('settings.save')}
        </Button>
      </div>
      <Refusal text={refusal} />
    </>
  );
}

function AboutCard() {
  const { text } = useLanguage();
  const version = useView((view) => view.version);
  const mode = useView((view) => view.mode);
  const ledger = useView((view: StationView) => view.foot.ledger);
  return (
    <Card title={text('settings.about')} isWide>
      <div className={styles.about}>
        <Facts
          facts={[
            maybe(text('settings.version'), version),
            maybe(text('settings.mode'), mode && text(`mode.${mode}`)),
            maybe(text('foot.ledger'), ledger?.file, true),
            maybe(text('settings.ledger-state'), ledger && text(`ledger.${ledger.state}`)),
          ]}
        />
        <Facts facts={[maybe(text('settings.keys'), text('settings.keys-about'))]} />
      </div>
    </Card>
  );
}
