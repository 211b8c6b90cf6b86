/**
 * A packet as the answer to a request: whether it is one at all, and what it says. Source: device protocol, framing, errors.
 * Must not: wait, or decide what is tried again.
 */
import { StationError } from '../../domain/errors.ts';
import { readCborMap } from './cbor-read.ts';
import type { Packet } from './header.ts';
import type { Request } from './messages.ts';

export type Answer<T> =
  | { readonly kind: 'reply'; readonly value: T }
  /** The unit's own refusal, an error of the request's group. */
  | { readonly kind: 'refused'; readonly rc: number }
  /** No reply in time, or (with `fault`) one that cannot be worked with. */
  | { readonly kind: 'lost'; readonly fault?: StationError }
  | { readonly kind: 'gone'; readonly why: StationError }
  | { readonly kind: 'aborted' };

/** What a reply echoes of its request, beside the sequence number. */
export type Expected = Pick<Request<unknown>, 'op' | 'group' | 'command'>;

export function isReplyTo({ op, group, command }: Expected, packet: Packet): boolean {
  return packet.op === `${op} reply` && packet.group === group && packet.command === command;
}

export function readAnswer<T>(request: Request<T>, packet: Packet): Answer<T> {
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

export function describe<T>(request: Request<T>, answer: Answer<T>): string {
  if (answer.kind === 'reply') return request.describe(answer.value);
  return answer.kind === 'refused' ? `rc=${answer.rc}` : 'not understood';
}
