/**
 * JSON in one form only: keys in the order of their UTF-16 code units, no spaces, absent members left out. That is
 * RFC 8785 for the values that events have, so another language can make the same bytes.
 * Must not: change what JSON.stringify says of a value; a Secret prints as `[secret]` here too.
 */

/** The canonical JSON text of plain data. Throws TypeError for what JSON cannot say at the top. */
export function canonicalJson(value: unknown): string {
  const text = write(value);
  if (text === undefined) throw new TypeError(`JSON has no form for ${typeof value}`);
  return text;
}

function write(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON());
  if (Array.isArray(value)) return `[${value.map((item) => write(item) ?? 'null').join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, member]) => {
      const text = write(member);
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
    });
  return `{${members.join(',')}}`;
}
