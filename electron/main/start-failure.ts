/**
 * Starts the station, and says why it cannot be started, over a window that would otherwise wait for it without a word.
 * Must not: end the app by itself: a ledger that another program holds is free when that has ended, and a person knows.
 */
import { type BrowserWindow, dialog } from 'electron';
import type { ErrorPayload } from '../contract/api.ts';
import { fillText } from '../contract/texts/error-texts.ts';
import { errorsEn } from '../contract/texts/errors.en.ts';
import { errorsZhCN } from '../contract/texts/errors.zh-CN.ts';
import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import type { StationHost } from '../hosts/station-host.ts';
import type { Shutdown } from './shutdown.ts';
import type { ShellTexts } from './texts.ts';

export interface StartParts {
  readonly window: BrowserWindow;
  readonly shutdown: Shutdown;
  readonly texts: ShellTexts;
  readonly language: 'en' | 'zh-CN';
  readonly onQuit: () => void;
}

/** Resolves when the station works, or the app is on its way out. */
export async function startOrSayWhy(station: StationHost, parts: StartParts): Promise<void> {
  const { window, shutdown, texts, language, onQuit } = parts;
  while (!shutdown.isUnderWay) {
    const failure = await station.start();
    if (failure === undefined || shutdown.isUnderWay) return;
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: texts.cannotStart,
      detail: reasonOf(failure, language),
      buttons: [texts.tryAgain, texts.quit],
      cancelId: 0,
    });
    if (response === 1) return onQuit();
  }
}

/** What happened and what to do; then code and evidence, for whoever is asked for help. */
function reasonOf({ code, evidence }: ErrorPayload, language: 'en' | 'zh-CN'): string {
  const known = code in ERRORS ? (code as ErrorCode) : 'BUG';
  const { what, todo } = (language === 'en' ? errorsEn : errorsZhCN)[known];
  const facts = Object.entries(evidence).map(([name, value]) => `${name}=${value}`);
  return `${fillText(what, evidence)}\n${fillText(todo, evidence)}\n\n${[known, ...facts].join(' ')}`;
}
