/**
 * Requests and replies over one open link: sequence numbers, matching, time-outs, three tries.
 * Source: device protocol, framing and timing.
 * Must not: outlive its link, or take a reply to an earlier try for the answer to this one.
 */
import { randomInt } from 'node:crypto';
import { StationError } from '../../domain/errors.ts';
import type { Link, Transcript } from '../../station/ports.ts';
import { readCborMap } from './cbor-read.ts';
import { encodePacket, PACKET_MAX, PacketDecoder, SILENCE_MS } from './framing.ts';
import { decodeHeader, encodeHeader, type Packet } from './header.ts';
import type { Request } from './messages.ts';
import { afterAwake } from './patience.ts';

export type Answer<T> =
  | { readonly kind: 'reply'; readonly value: T }
  /** The unit's own refusal, an error of the request's group. */
  | { readonly kind: 'refused'; readonly rc: number }
  /** No reply in time, or (with `fault`) one that cannot be worked with. */
  | { readonly kind: 'lost'; readonly fault?: StationError }
  | { readonly kind: 'gone'; readonly why: StationError }
  | { readonly kind: 'aborted' };

interface Pending {
  readonly request: Request<unknown>;
  readonly isNoted: boolean;
  settle(answer: Answer<unknown>): void;
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
    return new Promise((resolve) => {
      let extraMs = this.wireMs(FRAME_MAX) + DRIBBLE_MS;
      const settle = (answer: Answer<T>) => {
        cancelWait();
        signal.removeEventListener('abort', stop);
        this.#pending.delete(sequence);
        resolve(answer);
      };
      // The reply's own wire time is counted as it passes: while a packet is arriving the time is not over.
      const late = () => {
        if (!this.#decoder.isInside || extraMs <= 0) return settle({ kind: 'lost' });
        extraMs -= ARRIVING_MS;
        cancelWait = afterAwake(ARRIVING_MS, late);
      };
      const stop = () => {
        if (request.op === 'read') return settle({ kind: 'aborted' });
        cancelWait();
        cancelWait = afterAwake(LAST_WORD_MS, () => settle({ kind: 'aborted' }));
      };
      let cancelWait = () => {};
      signal.addEventListener('abort', stop, { once: true });
      const pending = { request, isNoted, settle } as unknown as Pending;
      this.#pending.set(sequence, pending);
      if (isNoted) this.#transcript?.note('sent', `#${sequence} ${request.note}`);
      this.#send(frame, () => {
        if (this.#pending.get(sequence) !== pending || signal.aborted) return;
        cancelWait = afterAwake(request.timeoutMs + this.wireMs(frame.length + replyBytes(request)), late);
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
    const pending = this.#pending.get(packet.sequence);
    if (pending === undefined || !isReplyTo(pending.request, packet)) return;
    const { request, isNoted } = pending;
    const answer = readAnswer(request, packet);
    if (isNoted) {
      this.#transcript?.note('received', `#${packet.sequence} ${request.name}: ${describe(request, answer)}`);
    }
    pending.settle(answer);
  }

  #lose(why: StationError): void {
    if (this.#gone !== undefined) return;
    this.#gone = why;
    this.#cancelSilence();
    for (const { settle } of [...this.#pending.values()]) settle({ kind: 'gone', why });
  }
}

function isReplyTo(request: Request<unknown>, packet: Packet): boolean {
  const { op, group, command } = request;
  return packet.op === `${op} reply` && packet.group === group && packet.command === command;
}

function readAnswer<T>(request: Request<T>, packet: Packet): Answer<T> {
  const fault = (evidence: Record<string, string | number>): Answer<T> => ({
    kind: 'lost',
    fault: new StationError('UNIT_PROTOCOL', { message: request.name, ...evidence }),
  });
  const body = readCborMap(packet.payload);
  if (body === undefined) return fault({ reason: 'not a CBOR map' });
  const error = body.get('err');
  if (error instanceof Map) {
    const { group, rc } = { group: Number(error.get('group')), rc: Number(error.get('rc')) };
    if (rc !== 0) return group === request.group ? { kind: 'refused', rc } : fault({ group, smpError: rc });
  }
  const failure = body.get('rc');
  if (failure !== undefined && failure !== 0) return fault({ smpError: Number(failure) });
  try {
    return { kind: 'reply', value: request.read(body) };
  } catch (thrown) {
    if (thrown instanceof StationError) return { kind: 'lost', fault: thrown };
    throw thrown;
  }
}

function describe<T>(request: Request<T>, answer: Answer<T>): string {
  if (answer.kind === 'reply') return request.describe(answer.value);
  return answer.kind === 'refused' ? `rc=${answer.rc}` : 'not understood';
}

function replyBytes({ name }: Request<unknown>): number {
  return (REPLY_BYTES as Readonly<Record<string, number>>)[name] ?? SMALL_REPLY_BYTES;
}
