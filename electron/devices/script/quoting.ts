/**
 * The commonest slip of a profile: `'OK\r\n'` in single quotes, where YAML keeps backslash and letter. Nothing is ever found that way.
 * Must not: mind a backslash that a console's own command may need, as `printf 'a\n'` in a line that is sent.
 */

const ESCAPE = String.raw`\\(?:[rnt]|x[0-9A-Fa-f]{2})`;
const ANYWHERE = new RegExp(ESCAPE);
const AT_END = new RegExp(String.raw`\\[rn]$|^(?:${ESCAPE})+$`);
const REASON =
  'has a backslash and a letter where a control character is meant: use double quotes, "…\\r\\n"';

/** What is wrong with a text that is looked for. */
export function misquotedText(text: string): string | undefined {
  return ANYWHERE.test(text) ? REASON : undefined;
}

/** What is wrong with a line that is sent. */
export function misquotedLine(text: string): string | undefined {
  return AT_END.test(text) ? REASON : undefined;
}
