/**
 * The language in use, switchable at any moment, kept for the next start in this browser alone.
 * Must not: reload, or touch a unit at work.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Translate, translateFrom } from './catalogue.ts';
import { en } from './en.ts';
import { type Formats, formatsOf } from './format.ts';
import { zhCN } from './zh-CN.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'keybench.language';
const TRANSLATE: Readonly<Record<Language, Translate>> = {
  en: translateFrom(en),
  'zh-CN': translateFrom(zhCN),
};

interface LanguageValue {
  readonly language: Language;
  readonly text: Translate;
  readonly formats: Formats;
  readonly setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageValue | undefined>(undefined);

/** What was chosen before; else the system's language, if it is one of ours. */
export function initialLanguage(storage: Storage, systemLanguage: string): Language {
  const kept = storage.getItem(KEY);
  const isOurs = (LANGUAGES as readonly (string | null)[]).includes(kept);
  if (isOurs) return kept as Language;
  return systemLanguage.startsWith('zh') ? 'zh-CN' : 'en';
}

export function LanguageProvider(props: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(() => initialLanguage(localStorage, navigator.language));
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEY, language);
  }, [language]);
  const value = useMemo(
    () => ({ language, text: TRANSLATE[language], formats: formatsOf(language), setLanguage }),
    [language],
  );
  return <LanguageContext value={value}>{props.children}</LanguageContext>;
}

export function useLanguage(): LanguageValue {
  const value = useContext(LanguageContext);
  if (value === undefined) throw new Error('no language is provided');
  return value;
}
