/**
 * What a key that is not ours would be here, for engineers who know other tools of this kind. Must not: take such a key for
 * ours; a profile has one way to say a thing.
 */

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

const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['baud', 'the order says it, device.baudRate'],
  ['reset_on_open', 'link.onOpen, with dtr, rts and settleMs'],
  ['steps', 'prepare, identify, erase, write, restart, verify and leave, each a list of steps'],
  ['then', 'a step of its own after this one, with expect'],
  ['on_fail', 'fail: KIND of an answer; the station finds the unit and begins the sequence again'],
  ['when', 'next: ID of an answer, which goes on further down'],
  ['include', 'nothing: a profile is one file, and a record names its SHA-256'],
  ['as', 'takeBytes: { count: n, as: name }'],
  ['retry', 'retries, with idempotent: true'],
]);

/** ` (here: …)`, or nothing. */
export function hintFor(key: string): string {
  const plain = key.replaceAll('_', '').toLowerCase();
  const hint = ELSEWHERE.get(key) ?? OURS.find((ours) => ours !== key && ours.toLowerCase() === plain);
  return hint === undefined ? '' : ` (here: ${hint})`;
}
