/**
 * What a reason says in a language: the compiler refuses a reason without a text. Must not: build sentences.
 */
import type { Reason } from '../../domain/reason.ts';
import type { ReasonCode } from '../../domain/reason-codes.ts';
import { reasonsEn } from './reasons.en.ts';
import { reasonsZhCN } from './reasons.zh-CN.ts';

export type ReasonTexts = Readonly<Record<ReasonCode, string>>;

const TEXTS: Readonly<Record<'en' | 'zh-CN', ReasonTexts>> = { en: reasonsEn, 'zh-CN': reasonsZhCN };

/** Other braces are the file's own, such as `{hardwareId}`, and stay. */
export function reasonText(language: 'en' | 'zh-CN', { code, values = {} }: Reason): string {
  return TEXTS[language][code].replace(/\{(\w+)\}/g, (all, name: string) => {
    return Object.hasOwn(values, name) ? String(values[name]) : all;
  });
}
