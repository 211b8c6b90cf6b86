/**
 * What an identifier is found by: its lower-case form forwards and backwards, so that its beginning and its end (which
 * is what a label shows and a person types) are both found by an index in any SQL database.
 * Must not: look for a text in the middle; that cannot use an index.
 */

/** The key columns of an identifier. */
export function searchKeys(id: string): { search_key: string; search_key_reversed: string } {
  const key = id.toLowerCase();
  return { search_key: key, search_key_reversed: reversed(key) };
}

/** A text's characters from last to first. */
export function reversed(text: string): string {
  return [...text].reverse().join('');
}
