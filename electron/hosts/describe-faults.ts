/**
 * The faults of a work order or a profile as lines of a terminal: `file:line: field: reason`. Must not: read a file.
 */
import { reasonText } from '../contract/texts/reason-texts.ts';
import type { OrderFaultView } from '../contract/views.ts';
import type { PlaceInFile, Reason } from '../domain/reason.ts';

type Language = 'en' | 'zh-CN';

export function describeFaults(path: string, faults: readonly OrderFaultView[], language: Language): string {
  const lines = faults.map(({ line, field, file, reason }) => {
    const place = `${path}${line === undefined ? '' : `:${line}`}`;
    const why = file === undefined ? reasonText(language, reason) : describeFault(file, reason, language);
    return [place, field, why].filter((part) => part !== '').join(': ');
  });
  return lines.join('\n');
}

/** One fault of a file that has its own place: `file:line:column field: reason`. */
export function describeFault(place: PlaceInFile, reason: Reason, language: Language): string {
  const { path, line, column, field } = place;
  return `${path}:${line}:${column} ${field === '' ? '' : `${field}: `}${reasonText(language, reason)}`;
}
