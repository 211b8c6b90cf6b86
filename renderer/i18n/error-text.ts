/**
 * What an error code says on the screen, by the contract's catalogues, and what a refused command says.
 * Must not: invent a text for a code.
 */
import {
  CONTRACT_ERROR_CODES,
  type ContractErrorCode,
  type ErrorPayload,
} from '../../electron/contract/api.ts';
import { type ErrorText, type ErrorTexts, fillText } from '../../electron/contract/texts/error-texts.ts';
import { errorsEn } from '../../electron/contract/texts/errors.en.ts';
import { errorsZhCN } from '../../electron/contract/texts/errors.zh-CN.ts';
import type { ErrorCode, Evidence } from '../../electron/domain/errors.ts';
import type { Translate } from './catalogue.ts';
import type { Language } from './language.tsx';

const TEXTS: Readonly<Record<Language, ErrorTexts>> = { en: errorsEn, 'zh-CN': errorsZhCN };

export function errorText(language: Language, code: ErrorCode, evidence: Evidence): ErrorText {
  const { what, todo } = TEXTS[language][code];
  const set = language === 'zh-CN' ? fullWidth : (text: string) => text;
  return { what: fillText(set(what), evidence), todo: fillText(set(todo), evidence) };
}

/** What happened to a command, in one or two sentences. */
export function refusalText(language: Language, text: Translate, error: ErrorPayload): string {
  if (isContractCode(error.code)) return text(`error.${error.code}`);
  const { what, todo } = errorText(language, error.code, error.evidence);
  return language === 'zh-CN' ? `${what}${todo}` : `${what} ${todo}`;
}

function isContractCode(code: ErrorPayload['code']): code is ContractErrorCode {
  return (CONTRACT_ERROR_CODES as readonly string[]).includes(code);
}

/** A terminal wants narrow marks, since wide ones break its columns; on the screen Chinese is set with its own. */
function fullWidth(text: string): string {
  return text.replace(
    /(?<=[\p{Script=Han}}])[,:;]|[,:;](?=[\p{Script=Han}{])/gu,
    (mark) => WIDE[mark] ?? mark,
  );
}

const WIDE: Readonly<Record<string, string>> = { ',': '\uff0c', ':': '\uff1a', ';': '\uff1b' };
