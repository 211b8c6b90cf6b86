/**
 * What a key that is not ours would be here, for engineers who know other tools of this kind. Must not: take such a key for
 * ours; a profile has one way to say a thing.
 */
import { type Reason, reason } from '../../domain/reason.ts';

/** Keys of this form that others write with another case or with underscores. */
const OURS = [
  'anyOf',
  'idleMs',
  'lineStarts',
  'maxLine',
  'onOpen',
  'portLost',
  'quietMs',
  'settleMs',
  'stripAnsi',
  'takeBytes',
  'timeoutMs',
  'txChunk',
  'txDelayMs',
];

const ELSEWHERE: ReadonlyMap<string, Reason> = new Map([
  ['baud', reason('here-baud')],
  ['reset_on_open', reason('here-on-open')],
  ['steps', reason('here-sequences')],
  ['then', reason('here-own-step')],
  ['on_fail', reason('here-fail')],
  ['when', reason('here-next')],
  ['include', reason('here-one-file')],
  ['as', reason('here-take-bytes')],
  ['retry', reason('here-retries')],
]);

/** Why a key is refused, with what it is called here where that can be told. */
export function unknownKey(key: string): Reason {
  const plain = key.replaceAll('_', '').toLowerCase();
  const elsewhere = ELSEWHERE.get(key);
  if (elsewhere !== undefined) return elsewhere;
  const own = OURS.find((ours) => ours !== key && ours.toLowerCase() === plain);
  return own === undefined ? reason('unknown-key') : reason('here-own', { key: own });
}
