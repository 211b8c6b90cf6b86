/**
 * Where files that a work order names are found: in the order's own folder, then in `profiles` of the user's data
 * directory. Must not: look anywhere else, keep what it read, or let an error of the system out that names no file.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FamilyRulesError, type RuleFiles } from '../devices/family-entry.ts';
import { reason } from '../domain/reason.ts';
import { dataDir } from './environment.ts';

export function ruleFiles(directory: string | undefined): RuleFiles {
  const folders = [...(directory === undefined ? [] : [directory]), join(dataDir(process.env), 'profiles')];
  return {
    find(name, key) {
      for (const folder of folders) {
        const path = resolve(folder, name);
        const text = textOf(path, key);
        if (text !== undefined) return { path, text };
      }
      return undefined;
    },
  };
}

/** What says that there is nothing of this name, and that the next folder is the place to look. */
const NOTHING_THERE: readonly unknown[] = ['ENOENT', 'ENOTDIR'];

/** One that is there and cannot be read, such as a folder, is a fault of the order that names it. */
function textOf(path: string, key: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error;
    if (NOTHING_THERE.includes(why)) return undefined;
    throw new FamilyRulesError([
      { key, reason: reason('profile-unreadable', { name: path, why: String(why) }) },
    ]);
  }
}
