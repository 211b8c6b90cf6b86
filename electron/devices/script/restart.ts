/**
 * Restarting a unit, and finding it again. That it has restarted is known by what `restart` expects; where the unit names its
 * starts, by another name. Must not: take a unit that never went down for one that came back, or a pulled cable for a restart.
 */
import { StationError } from '../../domain/errors.ts';
import type { UnitReport } from '../../station/ports.ts';
import { abortReason } from '../smp/patience.ts';
import { asSequenceError, isInterruption } from './failures.ts';
import { Gone } from './line-ends.ts';
import type { Talk } from './talk.ts';

const RESTARTS = 3;

/** Resolves with what the unit says of itself after its next start. */
export async function restartUnit(talk: Talk, signal: AbortSignal): Promise<UnitReport> {
  const { bootTimeoutMs, slot, transcript } = talk.parts;
  const { boot: before } = talk.unit;
  const namesStarts = talk.knowledge().captured.has('boot');
  for (let tries = 1; ; tries++) {
    let wasSeen = false;
    try {
      await talk.run('restart', signal);
      wasSeen = true;
    } catch (thrown) {
      if (signal.aborted) throw abortReason(signal);
      if (!isInterruption(thrown)) throw asSequenceError(thrown, slot.name);
      // Silence may be only a lost answer, and a port that went only a pulled cable: then a unit that names its starts is waited
      // for, and any other one restarted again.
      wasSeen = namesStarts && thrown instanceof Gone;
      if (!wasSeen && !namesStarts && tries === RESTARTS)
        throw new StationError('UNIT_DID_NOT_REBOOT', { tries });
    }
    if (wasSeen && !namesStarts) talk.noteRestart();
    transcript.line('waiting for the unit to start');
    const report = await talk
      .find(bootTimeoutMs, (unit) => !wasSeen || unit.boot !== before, signal)
      .catch((why) => {
        const isOld =
          why instanceof StationError && why.code === 'UNIT_STOPPED_ANSWERING' && wasSeen && namesStarts;
        throw isOld ? new StationError('UNIT_DID_NOT_REBOOT', { port: slot.name }) : why;
      });
    if (report.boot !== before) return report;
    if (tries === RESTARTS) throw new StationError('UNIT_DID_NOT_REBOOT', { tries });
  }
}
