/**
 * The wire between a station and the device end in C: what the station sends goes on as the bytes that they are, and so
 * does what the unit answers, unless a fault is to be made of it. Must not: answer, change or hold anything else.
 */
import { decode } from 'cborg';
import { LINE_CHARACTERS, LineReader, toLines } from '../../../electron/simulator/units/console-frame.ts';
import type { UnitFaults } from '../../../electron/simulator/units/faults.ts';
import type { Fields } from '../../../electron/simulator/units/provisioning-device.ts';
import { readRequest, replyPacket, type Served } from '../../../electron/simulator/units/smp-server.ts';
import { noisy } from '../../../electron/simulator/units/unit-log.ts';
import type { EmulatedUnitOptions } from '../../../electron/simulator/units/unit-options.ts';
import type { AnswerFate } from './incidents.ts';

export interface Request {
  readonly name: Served['name'];
  /** As it came, with what stood before it. */
  readonly raw: Uint8Array;
  readonly packet: readonly number[];
}

export interface Answer {
  readonly fate: AnswerFate;
  readonly bytes: Uint8Array;
}

/** Requests with their bytes, out of what the station sends. */
export class RequestReader {
  readonly #reader = new LineReader();
  #raw: number[] = [];

  take(bytes: Uint8Array): Request[] {
    const requests: Request[] = [];
    for (const byte of bytes) {
      this.#raw.push(byte);
      for (const packet of this.#reader.take(Uint8Array.of(byte))) {
        const name = readRequest(packet)?.name ?? 'unknown';
        requests.push({ name, raw: Uint8Array.from(this.#raw), packet });
        this.#raw = [];
      }
    }
    return requests;
  }

  silent(): void {
    this.#reader.silent();
    this.#raw = [];
  }
}

type Shape = Pick<EmulatedUnitOptions, 'lineCharacters' | 'random'>;

/** Answers out of what the unit sends. Where nothing is to become of them, bytes pass as they come. */
export class AnswerReader {
  readonly #shape: Shape;
  readonly #reader = new LineReader();
  /** By sequence number and command. */
  readonly #asked = new Map<number, { request: Request; fate: AnswerFate }>();
  #held: number[] = [];

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  expect(request: Request, fate: AnswerFate): void {
    this.#asked.set(keyOf(request.packet), { request, fate });
  }

  /** Another start of the unit: nothing that was asked will be answered. */
  forget(): void {
    this.#asked.clear();
    this.#reader.silent();
    this.#held = [];
  }

  take(bytes: Uint8Array, faults: UnitFaults): Answer[] {
    const answers: Answer[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      for (const packet of this.#reader.take(Uint8Array.of(byte))) answers.push(this.#answer(packet, faults));
    }
    if (!this.#isWaiting(faults) && this.#held.length > 0) {
      answers.push({ fate: undefined, bytes: Uint8Array.from(this.#held) });
      this.#held = [];
    }
    return answers;
  }

  #isWaiting({ logBefore = 0, logInside = 0 }: UnitFaults): boolean {
    const isShaped = this.#shape.lineCharacters !== undefined || logBefore > 0 || logInside > 0;
    return isShaped || [...this.#asked.values()].some(({ fate }) => fate !== undefined);
  }

  #answer(packet: readonly number[], faults: UnitFaults): Answer {
    const held = Uint8Array.from(this.#held);
    this.#held = [];
    const asked = this.#asked.get(keyOf(packet));
    this.#asked.delete(keyOf(packet));
    const fate = asked?.fate;
    if (asked !== undefined && typeof fate === 'object') {
      const fields = decode(Uint8Array.from(packet.slice(8))) as Fields;
      return { fate, bytes: this.framed(asked.request, fate.alter(fields), faults) };
    }
    const { lineCharacters } = this.#shape;
    const { logBefore = 0, logInside = 0 } = faults;
    const isAsItCame = lineCharacters === undefined && logBefore === 0 && logInside === 0;
    return { fate, bytes: isAsItCame ? held : this.#lines(Uint8Array.from(packet), faults) };
  }

  /** An answer in the unit's place, with the noise that was asked for. */
  framed(request: Request, fields: Fields, faults: UnitFaults): Uint8Array {
    return this.#lines(replyPacket(request.packet, fields), faults);
  }

  #lines(packet: Uint8Array, faults: UnitFaults): Uint8Array {
    const { lineCharacters = LINE_CHARACTERS, random = Math.random } = this.#shape;
    return noisy(toLines(packet, lineCharacters).join(''), faults, random);
  }
}

/** A reply carries the sequence number and the command of its request. */
function keyOf(packet: readonly number[]): number {
  return (packet[6] ?? 0) * 256 + (packet[7] ?? 0);
}
