/** The example of docs/profiles.md as a profile: what the page says is what tests read and run. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/profiles.md'), 'utf8');

export const ACME_PROFILE = /```yaml\n(format: 1[\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

export function parsedProfile(text: string): unknown {
  return parse(text);
}
