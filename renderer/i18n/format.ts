/**
 * Numbers, spans and instants as people of the language write them. Must not: read a clock.
 */
import type { Language } from './language.tsx';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-CN': 'zh-CN' };

export interface Formats {
  /** 1,234 */
  count(value: number): string;
  /** 0.992 → 99.2%; a share of 1 → 100% */
  share(value: number): string;
  /** 16.94 → 16.9 */
  decimal(value: number): string;
  /** Time of day with seconds. */
  time(at: string | number): string;
  /** Day, month and time of day. */
  moment(at: string): string;
  /** The same to the second, for what is told apart by it. */
  instant(at: string): string;
  /** The same with its year, for a record that is read years later. */
  dated(at: string): string;
  /** Milliseconds as 0:48, 12:05 or 3:20:00. */
  span(ms: number): string;
}

const cache = new Map<Language, Formats>();

export function formatsOf(language: Language): Formats {
  const known = cache.get(language);
  if (known !== undefined) return known;
  const made = makeFormats(LOCALES[language]);
  cache.set(language, made);
  return made;
}

function makeFormats(locale: string): Formats {
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const toMinute = {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const moment = new Intl.DateTimeFormat(locale, toMinute);
  const instant = new Intl.DateTimeFormat(locale, { ...toMinute, second: '2-digit' });
  const dated = new Intl.DateTimeFormat(locale, { ...toMinute, year: 'numeric', second: '2-digit' });
  return {
    count: (value) => count.format(value),
    share: (value) => (value >= 1 ? '100%' : percent.format(Math.floor(value * 1000) / 1000)),
    decimal: (value) => decimal.format(value),
    time: (at) => time.format(new Date(at)),
    moment: (at) => moment.format(new Date(at)),
    instant: (at) => instant.format(new Date(at)),
    dated: (at) => dated.format(new Date(at)),
    span: spanOf,
  };
}

function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}
