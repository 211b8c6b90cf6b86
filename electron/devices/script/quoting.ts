/**
 * The commonest slip of a profile: `'OK\r\n'` in single quotes, where YAML keeps backslash and letter. Nothing is ever found that way.
 * Must not: mind a backslash that a console's own command may need, as `printf 'a\n'` in a line that is sent.
 */
import { type Reason, reason } from '../../domain/reason.ts';

const ESCAPE = String.raw`\\(?:[rnt]|x[0-9A-Fa-f]{2})`;
const ANYWHERE = new RegExp(ESCAPE);
const AT_END = new RegExp(String.raw`\\[rn]$|^(?:${ESCAPE})+$`);
const MISQUOTED = reason('misquoted');

/** What is wrong with a text that is looked for. */
export function misquotedText(text: string): Reason | undefined {
  return ANYWHERE.test(text) ? MISQUOTED : undefined;
}

/** What is wrong with a line that is sent. */
export function misquotedLine(text: string): Reason | undefined {
  return AT_END.test(text) ? MISQUOTED : undefined;
}
