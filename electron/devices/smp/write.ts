/**
 * Writing the record: begin, put, commit, and the unit's own word for what it holds then. Every step may be repeated:
 * the same tx and bytes get the same answer, so after an interruption it goes on where `begin` says.
 * Source: device protocol, group 0x4B42 and rules 1 to 3.
 */
import { StationError } from '../../domain/errors.ts';
import type { Payload } from '../../station/ports.ts';
import type { Conversation } from './conversation.ts';
import { PACKET_MAX } from './framing.ts';
import type { Hello } from './hello.ts';
import { beginRequest, commitRequest, putRequest, type Request } from './messages.ts';
import { Interrupted, RC, unlessRefused, writeRefusal } from './refusal.ts';

/** Most bytes of a put that are not data: header, map, keys, tx and the lengths. */
const PUT_OVERHEAD = 48;
/** Share of the progress that is left for commit. */
const COMMIT_SHARE = 0.1;

export async function writeRecord(
  talk: Conversation,
  payload: Payload,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const record = payload.bytes.reveal();
  const { tx, hardwareId, digest } = payload;
  let mismatches = 0;

  async function step<T>(make: () => Request<T>): Promise<T> {
    const { name } = make();
    return unlessRefused(talk.ask(make, signal), (rc) => {
      const error = writeRefusal(rc, name, mismatches);
      if (rc === RC.mismatch) mismatches++;
      return error;
    });
  }

  async function putFrom(begun: number): Promise<void> {
    for (let offset = begun; offset < record.length; ) {
      onProgress((offset / record.length) * (1 - COMMIT_SHARE));
      const chunk = Math.min(talk.unit.chunk, PACKET_MAX - PUT_OVERHEAD);
      const data = record.subarray(offset, offset + chunk);
      const reached = await step(() => putRequest(tx, offset, data));
      if (reached <= offset || reached > offset + data.length) throw misplaced('put', reached);
      offset = reached;
    }
  }

  await talk.inRounds(signal, async (round) => {
    // The unit has just described itself: a commit whose reply was lost is done.
    if (round > 0 && holds(talk.unit, digest)) return;
    const begin = () => beginRequest({ tx, hardwareId, digest, length: record.length });
    const begun = await refuseChangedUnit(talk, step(begin), signal);
    if (begun > record.length) throw misplaced('begin', begun);
    await putFrom(begun);
    refuseOther(await step(() => commitRequest(tx)), digest);
    // The unit has confirmed our digest: an abort in this moment does not undo that.
    if (!signal.aborted && !holds(await talk.hello(signal), digest)) {
      throw new StationError('DIGEST_WRONG', { message: 'hello', unitState: talk.unit.state });
    }
  });
  onProgress(1);
}

function holds({ state, digest }: Hello, ours: string): boolean {
  return (state === 'committed' || state === 'locked') && digest === ours;
}

function refuseOther(digest: string, ours: string): void {
  if (digest !== ours) throw new StationError('DIGEST_WRONG', { message: 'commit' });
}

/** An offset that cannot be: begun again, and if that does not help the unit does not keep to the protocol. */
function misplaced(message: string, offset: number): Interrupted {
  return new Interrupted(new StationError('UNIT_PROTOCOL', { message, offset }));
}

/** A unit that refuses our hardware id is perhaps another one. */
async function refuseChangedUnit<T>(talk: Conversation, begin: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await begin;
  } catch (thrown) {
    const isRefused = thrown instanceof StationError && thrown.evidence.rc === RC.wrongHardwareId;
    throw isRefused ? await talk.orChanged(thrown, signal) : thrown;
  }
}
