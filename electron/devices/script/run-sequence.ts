/**
 * Takes a sequence of a profile, step by step. What it captures is left in the knowledge that it was given.
 * Must not: send a line that is too long or has a line end in a value, or repeat what is not idempotent.
 */
import { randomBytes } from 'node:crypto';
import { pause } from '../smp/patience.ts';
import { checkAssertions } from './assertions.ts';
import type { CompiledAlternative, CompiledProfile, CompiledStep } from './compiled.ts';
import type { ConsoleLine, Heard } from './console-line.ts';
import { decode } from './decoders.ts';
import { type Place, StepFailed, StepLate } from './failures.ts';
import { Gone, Late } from './line-ends.ts';
import { fitting, lineOf } from './lines.ts';
import type { SequenceName, Transform } from './profile-schema.ts';
import { isHeldByHash, sha256, sha256Said } from './record.ts';
import { capturedValue, type Knowledge, type Locals, NO_LOCALS, scopeOf, turnsOf } from './scope.ts';
import { soughtBy } from './sought.ts';
import { resolve, type Scope } from './template.ts';
import type { ScriptTranscript } from './transcript.ts';

export interface SequenceParts {
  readonly profile: CompiledProfile;
  readonly line: ConsoleLine;
  readonly transcript: ScriptTranscript;
  /** Bits per second, for the time that bytes take on the wire. */
  readonly baudRate: number;
  /** Draws `{{mark}}`; by default eight random hexadecimal digits. */
  readonly drawMark?: (() => string) | undefined;
  /** Where nothing that has not been said yet can still come: the most that any step waits, in milliseconds. */
  readonly mostMs?: number | undefined;
}

const BITS_PER_BYTE = 10;
const BUSY_MS = 200;
/** The first answer to a step that was taken again may still come: so long a silence is waited for, and so long at most. */
const LATE_MS = 100;
const LATE_MOST_MS = 1_000;

/** Throws StepLate, StepFailed, StepDiffers, Gone, StationError, or why the signal aborted. */
export async function runSequence(
  parts: SequenceParts,
  name: SequenceName,
  knowledge: Knowledge,
  signal: AbortSignal,
  onTurn: (share: number) => void = () => {},
): Promise<void> {
  const items = parts.profile.sequences[name] ?? [];
  const run = new SequenceRun(parts, name, knowledge);
  for (let at = 0; at < items.length; ) {
    onTurn(at / items.length);
    const item = items[at];
    if (item === undefined) break;
    if (item.kind === 'step') {
      at = (await run.step(item, NO_LOCALS, signal)) ?? at + 1;
      continue;
    }
    const place = { sequence: name, step: item.steps[0]?.id ?? '' };
    const turns = fitting(place, () => turnsOf(item, knowledge));
    for (const [turn, locals] of turns.entries()) {
      onTurn((at + turn / turns.length) / items.length);
      for (let place = 0; place < item.steps.length; ) {
        const step = item.steps[place];
        if (step === undefined) break;
        place = (await run.step(step, locals, signal)) ?? place + 1;
      }
    }
    at += 1;
  }
  await run.settle(signal);
}

class SequenceRun {
  readonly #parts: SequenceParts;
  readonly #name: SequenceName;
  readonly #knowledge: Knowledge;
  #isAnswerOwed = false;

  constructor(parts: SequenceParts, name: SequenceName, knowledge: Knowledge) {
    this.#parts = parts;
    this.#name = name;
    this.#knowledge = knowledge;
  }

  /** Resolves with the place to go on at; undefined: the next one. */
  async step(step: CompiledStep, locals: Locals, signal: AbortSignal): Promise<number | undefined> {
    if (step.send !== undefined || step.payload !== undefined) await this.settle(signal);
    for (let tries = step.retries; ; tries -= 1) {
      try {
        return await this.#once(step, locals, signal);
      } catch (thrown) {
        if (thrown instanceof Gone && step.expect.some(({ looksFor }) => looksFor.kind === 'port-lost'))
          return undefined;
        const isBusy = thrown instanceof StepFailed && thrown.failure === 'busy';
        if (tries === 0 || !(isBusy || thrown instanceof StepLate)) throw thrown;
        this.#isAnswerOwed ||= !isBusy;
        if (isBusy) await pause(BUSY_MS, signal).over;
      }
    }
  }

  /** Waits out the late answer to a step that was taken again, so that no later step takes it for its own. */
  async settle(signal: AbortSignal): Promise<void> {
    const { line, mostMs = Number.POSITIVE_INFINITY } = this.#parts;
    if (!this.#isAnswerOwed) return;
    this.#isAnswerOwed = false;
    await line.quiet(Math.min(LATE_MS, mostMs), Math.min(LATE_MOST_MS, mostMs), signal);
  }

  async #once(step: CompiledStep, locals: Locals, signal: AbortSignal): Promise<number | undefined> {
    const { line, transcript, mostMs = Number.POSITIVE_INFINITY } = this.#parts;
    const mark = this.#parts.drawMark?.() ?? randomBytes(4).toString('hex');
    const scope = scopeOf(this.#knowledge, locals, mark);
    line.beginStep();
    const sent = await this.#send(step, scope, signal);
    if (step.quietMs !== undefined) {
      await line.quiet(Math.min(step.quietMs, mostMs), Math.min(step.timeoutMs, mostMs), signal);
      transcript.passed(line.discard(), step.isHidden);
    }
    let next: number | undefined;
    if (step.expect.length > 0) {
      const wireMs = (sent * BITS_PER_BYTE * 1000) / this.#parts.baudRate;
      next = await this.#expect(step, { scope, locals, mark, wireMs }, signal);
    }
    checkAssertions(step, scope, this.#place(step));
    return next;
  }

  /** Resolves with how many bytes were sent. */
  async #send(step: CompiledStep, scope: Scope, signal: AbortSignal): Promise<number> {
    const { line, transcript, profile } = this.#parts;
    if (step.send === undefined && step.payload === undefined) return 0;
    transcript.passed(line.discard(), step.isHidden);
    if (step.payload !== undefined) {
      const { payload } = step;
      const { bytes, isSecret } = fitting(this.#place(step), () => resolve(payload, scope));
      if (isSecret) transcript.hideForm(bytes);
      transcript.sent(`${step.id}: [${bytes.length} bytes]`);
      await line.send(bytes, signal);
      return bytes.length;
    }
    const { bytes, shown } = lineOf(profile, this.#place(step), step, scope, transcript.hideForm);
    transcript.sent(`${step.id}: ${shown}`);
    await line.send(bytes, signal);
    return bytes.length;
  }

  async #expect(
    step: CompiledStep,
    now: { readonly scope: Scope; readonly locals: Locals; readonly mark: string; readonly wireMs: number },
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { line, transcript, profile, mostMs = Number.POSITIVE_INFINITY } = this.#parts;
    const waiting = { timeoutMs: Math.min(mostMs, step.timeoutMs + now.wireMs), idleMs: step.idleMs };
    const heard = await this.#orLate(
      step,
      line.expect(
        soughtBy(step, { profile, place: this.#place(step), scope: now.scope, mark: now.mark }),
        waiting,
        signal,
      ),
    );
    transcript.passed(heard.before, step.isHidden);
    const { sought } = heard.hit;
    if (sought.role === 'noise') return undefined;
    transcript.matched(heard.text, step.isHidden);
    if (sought.role === 'abort') throw this.#failed(step, profile.aborts[sought.index]?.fail ?? 'refused');
    const option = step.expect[sought.index];
    if (option === undefined) return undefined;
    this.#capture(step, option, heard, now.locals);
    if (option.take !== undefined) await this.#take(step, option.take, now.locals, waiting, signal);
    if (option.fail !== undefined) throw this.#failed(step, option.fail);
    return option.next;
  }

  #capture(step: CompiledStep, { transforms }: CompiledAlternative, { hit }: Heard, locals: Locals): void {
    for (const [name, text] of Object.entries(hit.groups)) {
      this.#keep(step, name, text, transforms[name] ?? {}, locals);
    }
  }

  async #take(
    step: CompiledStep,
    { count, as, transform }: NonNullable<CompiledAlternative['take']>,
    locals: Locals,
    waiting: { readonly timeoutMs: number; readonly idleMs: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { line, transcript } = this.#parts;
    const counted = typeof count === 'number' ? count : this.#number(step, count);
    const text = await this.#orLate(step, line.take(counted, waiting, signal));
    transcript.matched(text, true);
    this.#keep(step, as, text, transform, locals);
  }

  #number(step: CompiledStep, name: string): number {
    const digits = Buffer.from(this.#knowledge.captured.get(name)?.bytes ?? []).toString('latin1');
    const number = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
    if (!(number <= 16_384)) throw this.#failed(step, 'malformed');
    return number;
  }

  #keep(step: CompiledStep, name: string, text: string, transform: Transform, locals: Locals): void {
    const bytes = decode(text, transform);
    if (bytes === undefined) throw this.#failed(step, 'malformed');
    this.#knowledge.captured.set(name, capturedValue(name, bytes));
    const field = locals.get('name');
    if (field === undefined || (name !== 'held' && name !== 'heldSha256')) return;
    // An empty value is none, also where the others are known by their SHA-256.
    const isPlain = name === 'held' && (bytes.length === 0 || !isHeldByHash(this.#parts.profile.source));
    const held = isPlain ? bytes : name === 'held' ? sha256(bytes) : sha256Said(bytes);
    if (held === undefined) throw this.#failed(step, 'malformed');
    this.#knowledge.held.set(Buffer.from(field.bytes).toString(), held);
  }

  #place({ id }: CompiledStep): Place {
    return { sequence: this.#name, step: id };
  }

  #failed(step: CompiledStep, failure: StepFailed['failure']): StepFailed {
    return new StepFailed(this.#place(step), failure);
  }

  async #orLate<T>(step: CompiledStep, waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (thrown) {
      if (!(thrown instanceof Late)) throw thrown;
      throw new StepLate(this.#place(step), thrown.heard);
    }
  }
}
