/** Joins class names, leaving out what is not there. Must not: know a style. */
export function cx(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
