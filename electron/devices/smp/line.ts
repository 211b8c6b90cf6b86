/**
 * Requests and replies over one open link: sequence numbers, matching, time-outs, three tries.
 * Source: device protocol, framing and timing.
 * Must not: outlive its link, take a reply to an earlier try for the answer to this one, or hold a unit's queue against it.
 */
import { randomInt } from 'node:crypto';
import { StationError } from '../../domain/errors.ts';
import type { Link, Transcript } from '../../station/ports.ts';
import { type Answer, describe, type Expected, isReplyTo, readAnswer } from './answer.ts';
import { encodePacket, PACKET_MAX, PacketDecoder, SILENCE_MS } from './framing.ts';
import { decodeHeader, encodeHeader } from './header.ts';
import type { Request } from './messages.ts';
import { afterAwake } from './patience.ts';

interface Pending {
  readonly request: Request<unknown>;
  readonly isNoted: boolean;
  /** How many requests went before it. */
  readonly place: number;
  /** Whether the unit has answered something that went before it, so that this one is its next work. */
  isNext: boolean;
  settle(answer: Answer<unknown>): void;
  /** The unit's time for it runs from now. */
  wait(): void;
}

/** Given up, but perhaps still in the unit's queue. Without the request, which may hold a piece of the record. */
interface Overdue {
  readonly place: number;
  readonly expected: Expected;
}

const TRIES = 3;
const BITS_PER_BYTE = 10;
/** A write that is on the wire is waited for even when the run is aborted, at most this long. */
const LAST_WORD_MS = 3000;
/** Units hand their UART a few bytes at a time: a reply may dribble for so long beyond its wire time. */
const DRIBBLE_MS = 2000;
/** How often a reply that is arriving is looked at again after its time. */
const ARRIVING_MS = 50;
/** Most bytes that a packet takes on the wire: base64, markers and line ends. */
const FRAME_MAX = Math.ceil(((PACKET_MAX + 4) / 93) * 127);
/** Bytes that a reply takes on the wire, at most: base64 of its packet, markers and line ends. A put's is an offset. */
const REPLY_BYTES = { hello: 400, prove: 240, readpub: 400 } as const;
const SMALL_REPLY_BYTES = 100;
const NEW_LINE = Uint8Array.of(0x0a);

export class SmpLine {
  readonly #link: Link;
  readonly #baudRate: number;
  readonly #transcript: Transcript | undefined;
  readonly #decoder = new PacketDecoder();
  readonly #pending = new Map<number, Pending>();
  readonly #overdue = new Map<number, Overdue>();
  #asked = 0;
  #sequence = randomInt(256);
  #writes = 0;
  #bytesHeard = 0;
  #gone: StationError | undefined;
  #cancelSilence = () => {};

  constructor(options: { link: Link; baudRate: number; transcript?: Transcript | undefined }) {
    this.#link = options.link;
    this.#baudRate = options.baudRate;
    this.#transcript = options.transcript;
    this.#link.onData((bytes) => this.#hear(bytes));
    this.#link.onClose((why) => this.#lose(why ?? new StationError('PORT_LOST')));
  }

  /** Bytes received, whatever they were. */
  get bytesHeard(): number {
    return this.#bytesHeard;
  }

  /** Why the link is no more; undefined while it is there. */
  get gone(): StationError | undefined {
    return this.#gone;
  }

  /** Whether earlier bytes still wait for the system to take them. */
  get isSending(): boolean {
    return this.#writes > 0;
  }

  /**
   * Whether the unit answers and has not come to everything yet: one that needs nearly the whole time for each answer would
   * never be done with what is sent to it meanwhile.
   */
  get isAtWork(): boolean {
    return [...this.#pending.values()].some(({ isNext }) => isNext);
  }

  /** Milliseconds that so many bytes take on the wire. */
  wireMs(bytes: number): number {
    return (bytes * BITS_PER_BYTE * 1000) / this.#baudRate;
  }

  /** Three tries, each a request made anew with a sequence number of its own. Never rejects. */
  async ask<T>(make: () => Request<T>, signal: AbortSignal): Promise<Answer<T>> {
    let fault: StationError | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await this.once(make(), signal);
      if (answer.kind !== 'lost') return answer;
      fault = answer.fault ?? fault;
    }
    return fault === undefined ? { kind: 'lost' } : { kind: 'lost', fault };
  }

  /** One try. Never rejects. Several may be under way at once. */
  once<T>(request: Request<T>, signal: AbortSignal, isNoted = true): Promise<Answer<T>> {
    if (this.#gone !== undefined) return Promise.resolve({ kind: 'gone', why: this.#gone });
    if (signal.aborted) return Promise.resolve({ kind: 'aborted' });
    const sequence = this.#nextSequence();
    const frame = this.#frame(request, sequence);
    const place = this.#asked++;
    return new Promise((resolve) => {
      let extraMs = this.wireMs(FRAME_MAX) + DRIBBLE_MS;
      let isSent = false;
      let cancelWait = () => {};
      const settle = (answer: Answer<T>) => {
        cancelWait();
        signal.removeEventListener('abort', stop);
        this.#pending.delete(sequence);
        resolve(answer);
      };
      const giveUp = (kind: 'lost' | 'aborted') => {
        const { op, group, command } = request;
        this.#overdue.set(sequence, { place, expected: { op, group, command } });
        settle({ kind });
      };
      const wait = () => {
        if (!isSent || signal.aborted) return;
        cancelWait();
        cancelWait = afterAwake(request.timeoutMs + this.wireMs(frame.length + replyBytes(request)), late);
      };
      // The reply's own wire time is counted as it passes: while a packet is arriving the time is not over.
      const late = () => {
        if (!this.#decoder.isInside || extraMs <= 0) return giveUp('lost');
        extraMs -= ARRIVING_MS;
        cancelWait = afterAwake(ARRIVING_MS, late);
      };
      const stop = () => {
        if (request.op === 'read') return giveUp('aborted');
        cancelWait();
        cancelWait = afterAwake(LAST_WORD_MS, () => giveUp('aborted'));
      };
      signal.addEventListener('abort', stop, { once: true });
      const pending = { request, isNoted, place, isNext: false, settle, wait } as unknown as Pending;
      this.#pending.set(sequence, pending);
      if (isNoted) this.#transcript?.note('sent', `#${sequence} ${request.note}`);
      this.#send(frame, () => {
        if (this.#pending.get(sequence) !== pending) return;
        isSent = true;
        wait();
      });
    });
  }

  close(): Promise<void> {
    this.#cancelSilence();
    return this.#link.close();
  }

  #nextSequence(): number {
    do this.#sequence = (this.#sequence + 1) & 0xff;
    while (this.#pending.has(this.#sequence));
    this.#overdue.delete(this.#sequence);
    return this.#sequence;
  }

  #frame({ op, group, command, payload }: Request<unknown>, sequence: number): Uint8Array {
    const packet = encodeHeader({ op, group, command, sequence, payload });
    return Buffer.concat([NEW_LINE, encodePacket(packet)]);
  }

  /** `onSent`: the system has the bytes, so that the unit's time runs. */
  #send(frame: Uint8Array, onSent: () => void): void {
    this.#writes++;
    this.#link
      .write(frame)
      .then(onSent, (why: StationError) => this.#lose(why))
      .finally(() => {
        this.#writes--;
        // It may have held a piece of the record.
        frame.fill(0);
      });
  }

  #hear(bytes: Uint8Array): void {
    this.#bytesHeard += bytes.length;
    this.#cancelSilence();
    for (const packet of this.#decoder.push(bytes)) this.#receive(packet);
    if (this.#decoder.isInside) this.#cancelSilence = afterAwake(SILENCE_MS, () => this.#decoder.drop());
  }

  #receive(bytes: Uint8Array): void {
    const packet = decodeHeader(bytes);
    if (packet === undefined) return;
    const overdue = this.#overdue.get(packet.sequence);
    if (overdue !== undefined) {
      if (!isReplyTo(overdue.expected, packet)) return;
      this.#overdue.delete(packet.sequence);
      this.#workOn(overdue.place);
      return;
    }
    const pending = this.#pending.get(packet.sequence);
    if (pending === undefined || !isReplyTo(pending.request, packet)) return;
    this.#workOn(pending.place);
    const { request, isNoted } = pending;
    const answer = readAnswer(request, packet);
    if (isNoted) {
      this.#transcript?.note('received', `#${packet.sequence} ${request.name}: ${describe(request, answer)}`);
    }
    pending.settle(answer);
  }

  /**
   * The unit has answered the request at `place`. It does one thing after the other, so its time for what was sent after that
   * has only begun; else one slow answer would make every later one late as well.
   */
  #workOn(place: number): void {
    for (const pending of this.#pending.values()) {
      if (pending.place <= place) continue;
      pending.isNext = true;
      pending.wait();
    }
  }

  #lose(why: StationError): void {
    if (this.#gone !== undefined) return;
    this.#gone = why;
    this.#cancelSilence();
    for (const { settle } of [...this.#pending.values()]) settle({ kind: 'gone', why });
  }
}

function replyBytes({ name }: Request<unknown>): number {
  return (REPLY_BYTES as Readonly<Record<string, number>>)[name] ?? SMALL_REPLY_BYTES;
}
