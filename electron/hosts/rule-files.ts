/**
 * Where files that a work order names are found: in the order's own folder, then in `profiles` of the user's data
 * directory. Must not: look anywhere else, or keep what it read.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RuleFiles } from '../devices/family-entry.ts';
import { dataDir } from './environment.ts';

export function ruleFiles(directory: string | undefined): RuleFiles {
  const folders = [...(directory === undefined ? [] : [directory]), join(dataDir(process.env), 'profiles')];
  return {
    find(name) {
      for (const folder of folders) {
        const path = resolve(folder, name);
        const text = textOf(path);
        if (text !== undefined) return { path, text };
      }
      return undefined;
    },
  };
}

/** A file that is not there is looked for in the next folder; one that is there and cannot be read is a fault. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
