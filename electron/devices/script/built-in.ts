/** The profiles that ship, as texts in the program itself. Must not: read a file when it runs. */
/// <reference path="./bundled-text.d.ts" />

const TEXTS = import.meta.glob('./profiles/*.yaml', { query: '?raw', import: 'default', eager: true });

/** By name, without the file's ending. */
const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(TEXTS).map(([path, text]) => [path.replace(/^.*\//, '').replace(/\.yaml$/, ''), text]),
);

export function builtInProfile(name: string): string | undefined {
  return BY_NAME.get(name);
}

export const BUILT_IN_NAMES: readonly string[] = [...BY_NAME.keys()].sort();
