/** The verbs of a device session for family script. Must not: hold logic of a verb that takes more than a screen. */
import { StationError } from '../../domain/errors.ts';
import type { DeviceSession, Payload, UnitReport } from '../../station/ports.ts';
import { abortReason, pause } from '../smp/patience.ts';
import { checkLines } from './lines.ts';
import type { ScriptPayload } from './record.ts';
import { restartUnit } from './restart.ts';
import type { Talk } from './talk.ts';
import { eraseRecord, inRounds, writeRecord } from './write.ts';

/** How often a finished unit's port is looked at, and how often it is asked who it is. */
const LOOK_EVERY_MS = 250;
const ASK_EVERY_MS = 3_000;
/** After a log-out, a unit that says nothing is asked less often: each time disturbs it. */
const ASK_SELDOM_MS = 15_000;
const LEAVE_MS = 2_000;

export function createScriptSession(talk: Talk): DeviceSession {
  const { source } = talk.parts.profile;

  function need<T extends 'lock' | 'erase'>(capability: T): void {
    if (talk.unit.capabilities.has(capability)) return;
    throw new StationError('UNIT_LACKS_CAPABILITY', { missing: capability, firmware: talk.unit.firmware });
  }

  return {
    get unit() {
      return talk.unit;
    },
    refresh: (signal) => inRounds(talk, signal, async () => talk.meet(await talk.ask(signal))),
    write: (payload, onProgress, signal) => writeRecord(talk, scriptPayload(payload), onProgress, signal),
    restart: (signal) => restartUnit(talk, signal),

    async prove(payload: Payload, notBoot, signal): Promise<void> {
      if (source.verify === undefined)
        throw new StationError('WRITTEN_UNVERIFIED', { profile: source.profile });
      talk.know(scriptPayload(payload));
      checkLines(talk.parts.profile, 'verify', talk.knowledge());
      await inRounds(talk, signal, async (round) => {
        if (talk.unit.boot === notBoot) throw new StationError('PROOF_WRONG', { wrong: 'boot' });
        // A unit that was interrupted may have been changed meanwhile; one that cannot say so is verified from the start.
        if (round > 0 && talk.unit.state !== 'unknown' && talk.unit.digest !== payload.digest)
          throw new StationError('PROOF_WRONG', { wrong: 'dig' });
        await talk.run('verify', signal);
      });
    },

    async lock(): Promise<UnitReport> {
      need('lock');
      return talk.unit;
    },

    async erase(signal): Promise<UnitReport> {
      need('erase');
      return eraseRecord(talk, signal);
    },

    untilRemoved: (signal) => untilRemoved(talk, signal),
    close: () => talk.close(),
  };
}

function scriptPayload(payload: Payload): ScriptPayload {
  if (!('fields' in payload)) throw new StationError('BUG', { what: 'a payload of another family' });
  return payload as ScriptPayload;
}

/** Resolves when the port has gone, or another unit answers in its place. */
async function untilRemoved(talk: Talk, signal: AbortSignal): Promise<void> {
  const { slot, profile } = talk.parts;
  const { hardwareId } = talk.unit;
  const path = await slot.locate();
  const hasLeft = await talk.leave(LEAVE_MS, signal);
  let askedAt = performance.now();
  let heard = talk.line.bytesHeard;
  while (!signal.aborted) {
    await pause(LOOK_EVERY_MS, signal).over;
    if (signal.aborted) return;
    if (talk.line.gone !== undefined || (await slot.locate()) !== path) return;
    if (profile.source.link.watch === 'port') continue;
    const everyMs = hasLeft && heard === talk.line.bytesHeard ? ASK_SELDOM_MS : ASK_EVERY_MS;
    if (performance.now() - askedAt < everyMs) continue;
    const other = await whoIsThere(talk, signal);
    if (other !== undefined && other !== hardwareId) return;
    if (hasLeft) await talk.leave(LEAVE_MS, signal);
    askedAt = performance.now();
    heard = talk.line.bytesHeard;
  }
}

async function whoIsThere(talk: Talk, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await talk.ask(signal)).hardwareId;
  } catch (thrown) {
    if (signal.aborted) throw abortReason(signal);
    // Silence, or something that is not understood: nobody else is there yet.
    void thrown;
    return undefined;
  }
}
