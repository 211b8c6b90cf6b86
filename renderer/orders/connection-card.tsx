/**
 * The connection test, step by step in words: what is well, what failed and what to do, what was therefore not tried.
 * Must not: say that it works when a step was left out.
 */
import { useLayoutEffect, useRef, useState } from 'react';
import { CONNECTION_STEPS, type ConnectionResult } from '../../electron/contract/views.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/fields.tsx';
import { Card } from '../ui/page-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Shape, type ShapeName } from '../ui/shape.tsx';
import { useCommand } from '../use-command.ts';
import styles from './connection-card.module.css';

const SHAPES: Readonly<Record<ConnectionResult['result'], ShapeName | undefined>> = {
  well: 'check',
  failed: 'cross',
  'not-tried': undefined,
};

export function ConnectionCard() {
  const { text } = useLanguage();
  const hasOrder = useView((view) => view.order !== undefined) ?? false;
  const { isBusy, refusal, send } = useCommand();
  const [results, setResults] = useState<readonly ConnectionResult[]>();
  const [target, setTarget] = useState({ instanceId: '', region: 'cn-hangzhou' });

  const test = async () => {
    setResults(undefined);
    const { instanceId, region } = target;
    const named = instanceId.trim() === '' ? {} : { instanceId: instanceId.trim(), region: region.trim() };
    const answer = await send('access.test', hasOrder ? {} : named);
    setResults(answer?.output);
  };

  return (
    <Card
      title={text('connection.title')}
      tool={
        <Button isBusy={isBusy} onPress={() => void test()}>
          {text(isBusy ? 'connection.testing' : 'connection.test')}
        </Button>
      }
    >
      {!hasOrder && (
        <div className={styles.target}>
          <Field
            isId
            label={text('fact.instance')}
            value={target.instanceId}
            onChange={(instanceId) => setTarget({ ...target, instanceId })}
          />
          <Field
            isId
            label={text('connection.region')}
            value={target.region}
            onChange={(region) => setTarget({ ...target, region })}
          />
        </div>
      )}
      <Refusal text={refusal} />
      <div role="status">{results !== undefined && <Results results={results} />}</div>
    </Card>
  );
}

function Results({ results }: { readonly results: readonly ConnectionResult[] }) {
  const { text, language } = useLanguage();
  const byStep = new Map(results.map((result) => [result.step, result]));
  const list = useRef<HTMLOListElement>(null);
  // The step that failed stands last of those tried: on a low screen it would be out of sight.
  useLayoutEffect(() => list.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <ol ref={list} className={styles.steps}>
      {CONNECTION_STEPS.map((step) => {
        const { result, code, evidence } = byStep.get(step) ?? { result: 'not-tried' as const };
        const shape = SHAPES[result];
        const said = code === undefined ? undefined : errorText(language, code, evidence ?? {});
        return (
          <li key={step} className={styles.step} data-result={result}>
            <span className={styles.sign}>{shape !== undefined && <Shape name={shape} />}</span>
            <span className={styles.name}>{text(`connection.${step}`)}</span>
            <span className={styles.said}>
              {said === undefined ? (
                text(`connection.${result}`)
              ) : (
                <>
                  <span>{said.what}</span>
                  <strong>{said.todo}</strong>
                </>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
