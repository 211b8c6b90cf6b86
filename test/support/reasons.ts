/** What is wrong with a file, in the words that an engineer reads. Must not: be part of the product. */
import { reasonText } from '../../electron/contract/texts/reason-texts.ts';
import type { FamilyRulesError } from '../../electron/devices/family-entry.ts';
import type { Reason } from '../../electron/domain/reason.ts';
import { describeFault } from '../../electron/hosts/describe-faults.ts';

export const said = (reason: Reason): string => reasonText('en', reason);

/** As `key: reason`, or `key: file:line:column field: reason`. */
export function refusalOf(error: FamilyRulesError): string {
  const lines = error.faults.map(({ key, reason, file }) => {
    return `${key}: ${file === undefined ? said(reason) : describeFault(file, reason, 'en')}`;
  });
  return lines.join('\n');
}
