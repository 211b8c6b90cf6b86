/**
 * Commands of one place on the page: what is under way, and how the last one was refused, in words.
 * Must not: decide what a refusal means; it is shown where it was asked.
 */
import { useCallback, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput, ErrorPayload } from '../electron/contract/api.ts';
import { refusalText } from './i18n/error-text.ts';
import { useLanguage } from './i18n/language.tsx';
import { useClient } from './station-context.tsx';

export interface Commanding {
  readonly isBusy: boolean;
  /** Why the last command was refused, in the language in use. */
  readonly refusal: string | undefined;
  /** undefined where it was refused; never rejects. */
  readonly send: <K extends CommandName>(
    name: K,
    input: CommandInput<K>,
  ) => Promise<{ readonly output: CommandOutput<K> } | undefined>;
}

export function useCommand(): Commanding {
  const client = useClient();
  const { language, text } = useLanguage();
  const [underWay, setUnderWay] = useState(0);
  const [error, setError] = useState<ErrorPayload>();
  const send = useCallback(
    async <K extends CommandName>(name: K, input: CommandInput<K>) => {
      setUnderWay((count) => count + 1);
      setError(undefined);
      const answer = await client.call(name, input);
      setUnderWay((count) => count - 1);
      if (answer.ok) return { output: answer.output };
      setError(answer.error);
      return undefined;
    },
    [client],
  );
  return {
    isBusy: underWay > 0,
    refusal: error === undefined ? undefined : refusalText(language, text, error),
    send,
  };
}
