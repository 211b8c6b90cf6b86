/**
 * What `keybench run` says: JSON lines for machines on standard output, sentences for people on standard error.
 * Must not: print evidence that could carry a secret; it prints what the news carry, and those cannot.
 */

import { fillText } from '../contract/texts/error-texts.ts';
import { errorsEn } from '../contract/texts/errors.en.ts';
import { errorsZhCN } from '../contract/texts/errors.zh-CN.ts';
import type { StationError } from '../domain/errors.ts';
import type { Finish, RunEvent } from '../domain/run.ts';
import type { Tally } from './attempts.ts';

export interface RunOutput {
  event(event: RunEvent): void;
  finished(tally: Tally, chainHead: string | undefined): void;
  /** A sentence for people. */
  say(text: string): void;
}

export interface RunOutputOptions {
  readonly isJson: boolean;
  readonly language: 'en' | 'zh-CN';
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

export function createRunOutput({ isJson, language, out, err }: RunOutputOptions): RunOutput {
  /** Which unit and ClientId the news of a slot are about. */
  const units = new Map<string, { unit?: string; clientId?: string }>();
  const line = (fields: Record<string, unknown>) => {
    if (isJson) out.write(`${JSON.stringify(fields)}\n`);
  };
  // What a unit says of itself must not steer a terminal.
  const say = (text: string) => void err.write(`${text.replace(/\p{Cc}/gu, '?')}\n`);
  const errors = language === 'en' ? errorsEn : errorsZhCN;

  return {
    event(event) {
      const about = units.get(event.slot) ?? {};
      if (event.type === 'unit-identified' || event.type === 'already-done') about.unit = event.hardwareId;
      if (event.type === 'client-id-claimed' || event.type === 'already-done')
        about.clientId = event.clientId;
      if (event.type === 'slot-waiting' || event.type === 'unit-removed') units.delete(event.slot);
      else units.set(event.slot, about);
      if (event.type === 'phase-progressed') return;
      const { type, at, slot: _slot, port, ...facts } = event;
      const { hardwareId: _hardwareId, ...rest } = { hardwareId: undefined, ...facts };
      line({ event: type, at, port, ...about, ...rest });
      const sentence = sentenceOf(event, about, errors);
      if (sentence !== undefined) say(`${port}  ${sentence}`);
      if (event.type === 'unit-finished' || event.type === 'already-done') units.delete(event.slot);
    },
    finished(tally, chainHead) {
      line({ event: 'finished', at: new Date().toISOString(), ...tally, chainHead: chainHead ?? null });
      say(
        `${Object.entries(tally)
          .map(([name, n]) => `${name} ${n}`)
          .join('  ')}  chain head ${chainHead ?? 'unknown'}`,
      );
    },
    say,
  };
}

/** An error as one line for people, with its code and evidence. */
export function describeError(error: StationError, language: 'en' | 'zh-CN'): string {
  const { what, todo } = (language === 'en' ? errorsEn : errorsZhCN)[error.code];
  const facts = Object.entries(error.evidence).map(([name, value]) => `${name}=${value}`);
  return [error.code, fillText(what, error.evidence), fillText(todo, error.evidence), ...facts].join(' ');
}

/** What is said of a ledger whose maker was stopped in the first moment, or has only just begun. */
export function describeUnmade(path: string): string {
  return `${path}: an empty ledger: it has no tables yet, so nothing was recorded in it; the next start of a station makes them`;
}

function sentenceOf(
  event: RunEvent,
  about: { readonly unit?: string; readonly clientId?: string },
  errors: typeof errorsEn,
): string | undefined {
  const unit = about.unit ?? '';
  switch (event.type) {
    case 'unit-identified':
      return `${unit}  ${event.model} ${event.firmware}`;
    case 'already-done':
      return `${unit}  DONE BEFORE  ${event.passedAt} ${event.orderNumber}`;
    case 'unit-finished':
      return event.outcome === 'PASS'
        ? `${unit}  PASS  ${event.clientId}`
        : `${unit}  ${failure(event, errors)}`;
    default:
      return undefined;
  }
}

function failure(finish: Exclude<Finish, { outcome: 'PASS' }>, errors: typeof errorsEn): string {
  const { what, todo } = errors[finish.code];
  const cloud = finish.cloudCode === undefined ? '' : ` (${finish.cloudCode})`;
  const doubt = finish.inDoubt ? '  IN DOUBT' : '';
  const facts = Object.entries(finish.evidence)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const text = `${fillText(what, finish.evidence)} ${fillText(todo, finish.evidence)}`;
  return `${finish.outcome} ${finish.code}${cloud}${doubt}  ${text}  ${facts}`.trimEnd();
}
