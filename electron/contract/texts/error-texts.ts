/**
 * The shape of the error catalogues: the compiler refuses a code without a text in either language.
 * Must not: build sentences; it only fills names from evidence into whole ones.
 */
import type { ErrorCode, Evidence } from '../../domain/errors.ts';

export interface ErrorText {
  /** What happened. */
  readonly what: string;
  /** What to do next. */
  readonly todo: string;
}

export type ErrorTexts = Readonly<Record<ErrorCode, ErrorText>>;

/** Fills `{name}` from the evidence; a name without evidence becomes an ellipsis rather than a brace. */
export function fillText(text: string, evidence: Evidence): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(evidence[name] ?? '…'));
}
