/**
 * Restarting a unit: SMP's own reset, then hello until its boot number has changed, over a port that may vanish and
 * come back under another name meanwhile. Source: device protocol, group 0x4B42 (boot) and timing.
 */
import { StationError } from '../../domain/errors.ts';
import { type Conversation, HELLO_EVERY_MS } from './conversation.ts';
import type { Hello } from './hello.ts';
import { resetRequest } from './messages.ts';
import { abortReason } from './patience.ts';
import { pollHello } from './poll-hello.ts';

/** A unit restarts up to a second after it answered; if it has not by now, an unanswered reset did not reach it. */
const RESET_LOST_MS = 1500;
/** An answer with the old boot number so shortly ago: the unit is still running. */
const RUNNING_MS = 700;
const RESETS = 3;

/** Resolves with what the unit says of itself after its next start. */
export async function restartUnit(talk: Conversation, signal: AbortSignal): Promise<Hello> {
  const { hardwareId, boot: before } = talk.unit;
  const end = performance.now() + talk.bootTimeoutMs;
  let lastRunning = Number.NEGATIVE_INFINITY;
  const accept = (hello: Hello) => {
    const isOld = hello.hardwareId === hardwareId && hello.boot === before;
    if (isOld) {
      lastRunning = performance.now();
      // The port came back without a restart: the reset was lost with it, if it was sent at all.
      if (hasGone) isHeard = false;
    }
    return !isOld;
  };
  let hasGone = false;
  let isHeard = false;
  let resets = 1;
  isHeard = await reset(talk, signal);
  for (;;) {
    if (talk.line.gone !== undefined) await talk.reopen(end, signal);
    const mayRepeat = !isHeard && resets < RESETS;
    const until = mayRepeat ? Math.min(end, performance.now() + RESET_LOST_MS) : end;
    const found = await pollHello(talk.line, { until, everyMs: HELLO_EVERY_MS, accept }, signal);
    switch (found.kind) {
      case 'hello':
        return talk.find(found.hello);
      case 'aborted':
        throw abortReason(signal);
      case 'faulty':
        throw found.fault;
      case 'gone':
        // The port went with the unit: it does restart.
        isHeard = true;
        hasGone = true;
        if (performance.now() >= end) throw found.why;
        break;
      case 'late':
        if (performance.now() >= end) {
          throw found.fault ?? new StationError('UNIT_DID_NOT_REBOOT', { boot: before });
        }
        // A unit that is silent is on its way: a second reset would catch it in the middle.
        if (performance.now() - lastRunning < RUNNING_MS) {
          resets++;
          isHeard = await reset(talk, signal);
        }
    }
  }
}

/** Whether the unit answered. The answer may be lost although the reset was heard. */
async function reset(talk: Conversation, signal: AbortSignal): Promise<boolean> {
  const answer = await talk.line.once(resetRequest(), signal);
  switch (answer.kind) {
    case 'reply':
    case 'gone':
      return true;
    case 'lost':
      if (answer.fault !== undefined) throw answer.fault;
      return false;
    case 'refused':
      throw new StationError('UNIT_DID_NOT_REBOOT', { rc: answer.rc });
    case 'aborted':
      throw abortReason(signal);
  }
}
