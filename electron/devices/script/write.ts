/**
 * Writing the record, and erasing it. The whole of `write` may be repeated, so after an interruption it is, unless the unit says
 * that it holds the record already. Must not: send a byte of a record of which some line would not fit.
 */
import { StationError } from '../../domain/errors.ts';
import type { UnitReport } from '../../station/ports.ts';
import { abortReason } from '../smp/patience.ts';
import { lingering } from './bounded.ts';
import { asSequenceError, isInterruption } from './failures.ts';
import { checkLines } from './lines.ts';
import type { SequenceName } from './profile-schema.ts';
import type { ScriptPayload } from './record.ts';
import type { Talk } from './talk.ts';
import { tellsHolding } from './unit-report.ts';

const ROUNDS = 5;
/** A step that is on the wire is finished even when the run is aborted, at most for so long. */
const LAST_WORD_MS = 3_000;
/** Who is there is asked again before a change, unless it was begun to be asked no longer ago than a hand needs to swap two units. */
const FRESH_MS = 300;
/** Share of the progress that is left for asking what the unit holds. */
const ASKING_SHARE = 0.1;

/** Resolves when the unit holds the record, as far as it can say so. */
export async function writeRecord(
  talk: Talk,
  payload: ScriptPayload,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  talk.know(payload);
  const { source } = talk.parts.profile;
  checkLines(talk.parts.profile, 'write', talk.knowledge());
  checkLines(talk.parts.profile, 'verify', talk.knowledge());
  await inRounds(talk, signal, async (round) => {
    await meetAgain(talk, signal);
    if (round > 0 && talk.unit.digest === payload.digest) return;
    await runWhole(talk, 'write', signal, (share) => onProgress(share * (1 - ASKING_SHARE)));
    // A unit that cannot say what it holds has confirmed the writing by the answers to it; `verify` comes after the restart.
    if (signal.aborted && !tellsHolding(source)) return;
    const unit = talk.meet(await talk.ask(signal));
    if (unit.digest === payload.digest || unit.state === 'unknown') return;
    throw new StationError('DIGEST_WRONG', { unitState: unit.state });
  });
  onProgress(1);
}

/** Resolves with what the unit says afterwards. */
export async function eraseRecord(talk: Talk, signal: AbortSignal): Promise<UnitReport> {
  return inRounds(talk, signal, async () => {
    await meetAgain(talk, signal);
    await runWhole(talk, 'erase', signal);
    return talk.meet(await talk.ask(signal));
  });
}

/**
 * Neither `write` nor `erase` names a unit, and making a credential may take minutes: on a fixture that keeps the port, another board
 * may be there by now. Throws UNIT_CHANGED.
 */
async function meetAgain(talk: Talk, signal: AbortSignal): Promise<void> {
  if (performance.now() - talk.askedAt > FRESH_MS) talk.meet(await talk.ask(signal));
}

/** Repeats `attempt` after each interruption, once the unit is there again. */
export async function inRounds<T>(
  talk: Talk,
  signal: AbortSignal,
  attempt: (round: number) => Promise<T>,
): Promise<T> {
  const { bootTimeoutMs, slot, transcript } = talk.parts;
  for (let round = 0; ; round++) {
    try {
      return await attempt(round);
    } catch (thrown) {
      if (signal.aborted) throw abortReason(signal);
      if (!isInterruption(thrown) || round === ROUNDS) throw asSequenceError(thrown, slot.name);
      transcript.line(`interrupted: ${thrown.message}`);
      await talk.find(2 * bootTimeoutMs, () => true, signal);
    }
  }
}

/** A sequence that changes the unit: when the run is aborted, the step in hand is finished and none begun. */
async function runWhole(
  talk: Talk,
  name: SequenceName,
  signal: AbortSignal,
  onTurn: (share: number) => void = () => {},
): Promise<void> {
  using last = lingering(signal, LAST_WORD_MS);
  await talk.run(name, last.signal, (share) => {
    if (signal.aborted) throw abortReason(signal);
    onTurn(share);
  });
}
