/**
 * The talk with a console as a transcript may hold it. Until the record is known there is nothing to recognise a secret by: then
 * only what a profile's own expectation matched is shown, and never what a unit holds. Afterwards all text is, without secrets.
 * Must not: show text that has not been through the redactor.
 */
import type { Secret } from '../../domain/secret.ts';
import type { Transcript } from '../../station/ports.ts';
import { Redactor } from './redactor.ts';

/** Most characters of one step's text. */
const SHOWN_MAX = 2_000;
const LINE_MAX = 240;

export class ScriptTranscript {
  readonly #transcript: Transcript | undefined;
  readonly #redactor = new Redactor();
  #isKnown = false;
  #line = '';

  constructor(transcript: Transcript | undefined) {
    this.#transcript = transcript;
  }

  /** The secrets of the record; from now on they can be told from other text. */
  know(secrets: readonly Secret[]): void {
    for (const secret of secrets) this.hide(Buffer.from(secret.reveal()));
    this.#isKnown = true;
  }

  /** A secret in every form that it could be printed in. */
  hide(secret: Uint8Array): void {
    if (secret.length > 0) this.#redactor.addSecret(secret);
  }

  /** A secret as it is about to be sent. */
  readonly hideForm = (form: Uint8Array): void => {
    this.#redactor.addForm(Buffer.from(form).toString('latin1'));
  };

  sent(text: string): void {
    this.#endLine();
    this.#note('sent', this.#redactor.redact(text));
  }

  line(text: string): void {
    this.#endLine();
    this.#note('line', this.#redactor.redact(text));
  }

  /** Text that nothing was looked for in, or that stood before what was found. */
  passed(text: string, isHidden: boolean): void {
    if (text === '') return;
    if (this.#isKnown && !isHidden) this.#show(text);
    else this.#note('received', `(${text.length} bytes)`);
  }

  /** What an expectation of the profile matched. */
  matched(text: string, isHidden: boolean): void {
    if (isHidden) this.#note('received', `(${text.length} bytes)`);
    else this.#show(text);
  }

  /** The link is closed: nothing more will come. */
  end(): void {
    this.#line += this.#redactor.flush();
    this.#endLine();
  }

  #show(text: string): void {
    const cut =
      text.length > SHOWN_MAX
        ? `${text.slice(0, SHOWN_MAX)}\n(${text.length - SHOWN_MAX} bytes more)\n`
        : text;
    const lines = `${this.#line}${this.#redactor.push(cut)}`.split(/[\r\n]+/);
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#note('received', line);
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    this.#note('received', line);
  }

  #note(direction: 'sent' | 'received' | 'line', text: string): void {
    const printable = text.replace(/[^\x20-\x7e]+/g, '·').trim();
    if (printable !== '') this.#transcript?.note(direction, printable.slice(0, LINE_MAX));
  }
}
