/**
 * The talk with one unit over the links that a slot gives: asks, and when the unit or the port falls silent, finds
 * the same unit again so that the caller can carry on from its state. Source: device protocol, timing.
 * Must not: go on with another unit than the one that it was begun with.
 */
import { StationError } from '../../domain/errors.ts';
import type { SlotPort, Transcript } from '../../station/ports.ts';
import type { Hello } from './hello.ts';
import { SmpLine } from './line.ts';
import { helloRequest, type Request } from './messages.ts';
import { abortReason } from './patience.ts';
import { pollHello } from './poll-hello.ts';
import { Interrupted, Refused, unlessRefused } from './refusal.ts';
import { reopen } from './reopen.ts';

export interface ConversationOptions {
  readonly slot: SlotPort;
  readonly baudRate: number;
  readonly bootTimeoutMs: number;
  readonly transcript?: Transcript | undefined;
  readonly line: SmpLine;
  readonly unit: Hello;
}

export const HELLO_EVERY_MS = 250;
const ROUNDS = 5;

export class Conversation {
  readonly slot: SlotPort;
  readonly bootTimeoutMs: number;
  readonly #baudRate: number;
  readonly #transcript: Transcript | undefined;
  #line: SmpLine;
  #unit: Hello;
  #isClosed = false;

  constructor({ slot, baudRate, bootTimeoutMs, transcript, line, unit }: ConversationOptions) {
    this.slot = slot;
    this.bootTimeoutMs = bootTimeoutMs;
    this.#baudRate = baudRate;
    this.#transcript = transcript;
    this.#line = line;
    this.#unit = unit;
  }

  /** The unit as it last described itself. */
  get unit(): Hello {
    return this.#unit;
  }

  get line(): SmpLine {
    return this.#line;
  }

  /** One request in three tries. Throws Refused, Interrupted, or why the signal aborted. */
  async ask<T>(make: () => Request<T>, signal: AbortSignal): Promise<T> {
    const answer = await this.#line.ask(make, signal);
    switch (answer.kind) {
      case 'reply':
        return answer.value;
      case 'refused':
        throw new Refused(answer.rc);
      case 'lost':
        throw answer.fault ?? new Interrupted(this.#stopped());
      case 'gone':
        throw new Interrupted(answer.why);
      case 'aborted':
        throw abortReason(signal);
    }
  }

  /** Asks the unit what it holds now. */
  async hello(signal: AbortSignal): Promise<Hello> {
    const refused = (rc: number) => new StationError('UNIT_PROTOCOL', { message: 'hello', rc });
    return this.meet(await unlessRefused(this.ask(helloRequest, signal), refused));
  }

  /** Takes what a unit says of itself as the news of ours; UNIT_CHANGED where it is another one. */
  meet(hello: Hello): Hello {
    const { hardwareId } = this.#unit;
    if (hello.hardwareId !== hardwareId) {
      throw new StationError('UNIT_CHANGED', { expected: hardwareId, found: hello.hardwareId });
    }
    this.#unit = hello;
    return hello;
  }

  /** As `meet`, of a hello that was waited for and so is in no transcript yet. */
  find(hello: Hello): Hello {
    this.#transcript?.note('received', `hello: ${helloRequest().describe(hello)}`);
    return this.meet(hello);
  }

  /** `error`, or UNIT_CHANGED where it is another unit's: one that was put in without the port noticing. */
  async orChanged(error: StationError, signal: AbortSignal): Promise<StationError> {
    try {
      await this.hello(signal);
      return error;
    } catch (thrown) {
      return thrown instanceof StationError && thrown.code === 'UNIT_CHANGED' ? thrown : error;
    }
  }

  /** Repeats `attempt` after each interruption, once the unit is there again; five times at most. */
  async inRounds<T>(signal: AbortSignal, attempt: (round: number) => Promise<T>): Promise<T> {
    for (let round = 0; ; round++) {
      try {
        return await attempt(round);
      } catch (thrown) {
        if (!(thrown instanceof Interrupted)) throw thrown;
        if (round === ROUNDS) throw thrown.lastly;
        this.#transcript?.note('line', `interrupted: ${thrown.lastly.code}`);
        await this.#recover(signal);
      }
    }
  }

  /** Opens the slot again after the port went away; `until` as in `reopen`. */
  async reopen(until: number, signal: AbortSignal): Promise<void> {
    await this.#line.close();
    const link = await reopen(this.slot, this.#baudRate, until, signal);
    this.#line = new SmpLine({ link, baudRate: this.#baudRate, transcript: this.#transcript });
    this.#transcript?.note('line', 'port opened again');
    if (this.#isClosed) await this.#line.close();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#line.close();
  }

  /** After silence or a disconnect: hello first, and the same hardware id, or it is another unit. */
  async #recover(signal: AbortSignal): Promise<void> {
    const end = performance.now() + 2 * this.bootTimeoutMs;
    for (;;) {
      if (this.#line.gone !== undefined) {
        await this.reopen(Math.min(end, performance.now() + this.bootTimeoutMs), signal);
      }
      const until = Math.min(end, performance.now() + this.bootTimeoutMs);
      const options = { until, everyMs: HELLO_EVERY_MS, accept: () => true };
      const found = await pollHello(this.#line, options, signal);
      switch (found.kind) {
        case 'hello':
          this.find(found.hello);
          return;
        case 'late':
          throw found.fault ?? this.#stopped();
        case 'faulty':
          throw found.fault;
        case 'aborted':
          throw abortReason(signal);
        case 'gone':
          if (performance.now() >= end) throw found.why;
      }
    }
  }

  #stopped(): StationError {
    return new StationError('UNIT_STOPPED_ANSWERING', { port: this.slot.name });
  }
}
