/**
 * Says why the station cannot start, over a window that would otherwise only say that it is away; takes it back when it works.
 * Must not: end the app by itself: a ledger that another program holds is free again when that ends.
 */
import { type BrowserWindow, dialog } from 'electron';
import type { ErrorPayload } from '../contract/api.ts';
import { fillText } from '../contract/texts/error-texts.ts';
import { errorsEn } from '../contract/texts/errors.en.ts';
import { errorsZhCN } from '../contract/texts/errors.zh-CN.ts';
import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import type { Backend } from '../hosts/station-host.ts';
import type { ShellTexts } from './texts.ts';

export interface StartFailureParts {
  readonly window: BrowserWindow;
  readonly backend: Backend;
  readonly texts: ShellTexts;
  readonly language: 'en' | 'zh-CN';
  readonly onQuit: () => void;
}

export function sayStartFailure(error: ErrorPayload, parts: StartFailureParts): void {
  const { window, backend, texts, language, onQuit } = parts;
  if (window.isDestroyed()) return;
  const done = new AbortController();
  const unsubscribe = backend.subscribe((push) => {
    if (push.push === 'station-back') done.abort();
  });
  const question = {
    type: 'error' as const,
    message: texts.cannotStart,
    detail: `${reasonOf(error, language)}\n\n${texts.keepsTrying}`,
    buttons: [texts.wait, texts.quit],
    cancelId: 0,
    signal: done.signal,
  };
  void dialog.showMessageBox(window, question).then(({ response }) => {
    unsubscribe();
    if (response === 1) onQuit();
  });
}

/** What happened and what to do; then code and evidence, for whoever is asked for help. */
function reasonOf({ code, evidence }: ErrorPayload, language: 'en' | 'zh-CN'): string {
  const known = code in ERRORS ? (code as ErrorCode) : 'BUG';
  const { what, todo } = (language === 'en' ? errorsEn : errorsZhCN)[known];
  const facts = Object.entries(evidence).map(([name, value]) => `${name}=${value}`);
  return `${fillText(what, evidence)} ${fillText(todo, evidence)}\n\n${[known, ...facts].join(' ')}`;
}
