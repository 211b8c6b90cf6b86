/**
 * Opening a slot again whose port went away. Must not: outlast its deadline, or give up at the first refusal: a port
 * that has just come back gets its permissions later than its name.
 */
import { asStationError, StationError } from '../../domain/errors.ts';
import type { Link, SlotPort } from '../../station/ports.ts';
import { abortReason, pause } from './patience.ts';

const LOOK_EVERY_MS = 100;

/**
 * Resolves with a new link as soon as the port is back; `until` is on the clock of `performance.now()`. Rejects
 * PORT_LOST, or what the last opening of a port that was back said.
 */
export async function reopen(
  slot: SlotPort,
  baudRate: number,
  until: number,
  signal: AbortSignal,
): Promise<Link> {
  let last = new StationError('PORT_LOST', { port: slot.name });
  do {
    if (signal.aborted) throw abortReason(signal);
    try {
      if ((await slot.locate()) !== undefined) return await slot.open(baudRate, signal);
    } catch (thrown) {
      if (signal.aborted) throw abortReason(signal);
      const error = asStationError(thrown);
      if (error.code !== 'PORT_NOT_FOUND') last = error;
    }
    await pause(LOOK_EVERY_MS, signal).over;
  } while (performance.now() < until);
  throw last;
}
