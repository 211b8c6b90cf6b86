/**
 * Finding the unit in a slot: the port is opened, and whoever is there is asked who it is until it answers.
 * Must not: take the unit whose attempt has just ended for the next one.
 */
import { type ErrorCode, StationError } from '../../domain/errors.ts';
import type { ConnectOptions, SlotPort, UnitReport } from '../../station/ports.ts';
import { abortReason, pause } from '../smp/patience.ts';
import { bounded } from './bounded.ts';
import { asSequenceError, evidenceOf, StepLate } from './failures.ts';
import { Gone } from './line-ends.ts';
import { openConsole, Talk, type TalkParts } from './talk.ts';
import { ScriptTranscript } from './transcript.ts';

const AGAIN_MS = 200;
/** So many answers in a row that cannot be worked with are an answer. A refused login is not tried often: some consoles lock. */
const FAULTS_MAX = 3;
const LOGINS_MAX = 2;
/** What no further try can change. */
const FINAL: readonly ErrorCode[] = ['PROFILE_UNFIT', 'BUG'];

export async function connect(
  slot: SlotPort,
  { rules, waitMs, otherThan, transcript: notes }: ConnectOptions,
  parts: Pick<TalkParts, 'profile' | 'settings' | 'fieldNames'>,
  signal: AbortSignal,
): Promise<Talk> {
  const until = performance.now() + waitMs;
  const { baudRate, bootTimeoutMs } = rules;
  const transcript = new ScriptTranscript(notes);
  for (const { bytes, isSecret } of parts.settings.values()) if (isSecret) transcript.hide(bytes);
  const line = await openConsole(parts, () => slot.open(baudRate, signal), signal);
  const talk = new Talk({ ...parts, slot, baudRate, bootTimeoutMs, transcript, line });
  try {
    const unit = await findUnit(talk, { until, waitMs, otherThan }, signal);
    const { hardwareId, model, firmware, state } = unit;
    transcript.line(`unit hw=${hardwareId} model=${model} fw=${firmware} state=${state}`);
    return talk;
  } catch (thrown) {
    await talk.close();
    throw thrown;
  }
}

interface Wanted {
  readonly until: number;
  readonly waitMs: number;
  readonly otherThan: UnitReport['hardwareId'] | undefined;
}

async function findUnit(talk: Talk, wanted: Wanted, signal: AbortSignal): Promise<UnitReport> {
  const { slot } = talk.parts;
  let { otherThan } = wanted;
  let bytesHeard = 0;
  let isOtherThere = false;
  let late: StepLate | undefined;
  let faults = 0;
  for (;;) {
    const left = wanted.until - performance.now();
    const evidence = { port: slot.name, waitedMs: Math.round(wanted.waitMs) };
    if (left <= 0) {
      bytesHeard += talk.line.bytesHeard;
      if (bytesHeard === 0 || isOtherThere) throw new StationError('UNIT_SILENT', evidence);
      const place = late === undefined ? {} : evidenceOf(late.place);
      throw new StationError('UNIT_NOT_UNDERSTOOD', { ...evidence, bytes: bytesHeard, ...place });
    }
    using bound = bounded(signal, left);
    try {
      if (talk.line.gone !== undefined) {
        bytesHeard += talk.line.bytesHeard;
        await talk.reopen(wanted.until, signal);
        // What comes back after the port had vanished was plugged in anew, whichever unit it is.
        otherThan = undefined;
      }
      const unit = await talk.ask(bound.signal);
      isOtherThere = unit.hardwareId === otherThan;
      if (!isOtherThere) return talk.meet(unit);
      faults = 0;
    } catch (thrown) {
      if (signal.aborted) throw abortReason(signal);
      if (thrown instanceof StepLate) late = thrown;
      if (isFault(thrown) && !bound.isOver()) {
        faults += 1;
        const error = asSequenceError(thrown, slot.name);
        if (faults >= mostFaults(error)) throw error;
      }
    }
    await pause(AGAIN_MS, signal).over;
    if (signal.aborted) throw abortReason(signal);
  }
}

/** Not silence, nor a port that is away. */
function isFault(thrown: unknown): boolean {
  if (thrown instanceof Gone || thrown instanceof StepLate) return false;
  return !(thrown instanceof StationError && thrown.code.startsWith('PORT_'));
}

function mostFaults(error: unknown): number {
  if (!(error instanceof StationError) || FINAL.includes(error.code)) return 1;
  return error.code === 'UNIT_LOGIN_REFUSED' ? LOGINS_MAX : FAULTS_MAX;
}
