/** The verbs of a device session for family esp32-nvs. Must not: hold logic of a verb; each has its own file. */
import { StationError } from '../../domain/errors.ts';
import type { DeviceSession, Payload, UnitReport } from '../../station/ports.ts';
import type { ChipTalk } from './chip-talk.ts';
import { proveRecord } from './prove.ts';
import { restartChip } from './restart.ts';
import { untilRemoved } from './until-removed.ts';
import { eraseRecord, writeRecord } from './write.ts';

export function createEsp32Session(talk: ChipTalk): DeviceSession {
  /** The start before the last restart that was asked for. */
  let bootBefore: string | undefined;

  return {
    get unit() {
      return talk.unit;
    },
    refresh: (signal) => talk.refresh(signal),
    write: (payload, onProgress, signal) => writeRecord(talk, payload, onProgress, signal),

    async restart(signal): Promise<UnitReport> {
      bootBefore = talk.unit.boot;
      return restartChip(talk, signal);
    },

    async prove(payload: Payload, notBoot, signal): Promise<void> {
      const before = [notBoot, bootBefore].filter((boot) => boot !== undefined);
      await proveRecord(talk, payload, before, signal);
      // The last word of a run: from here on it is the application's turn, and perhaps the cloud is waiting for it.
      if (notBoot !== undefined) await talk.leave(signal);
    },

    /** What a chip's loader wrote, a chip's loader can overwrite: nothing to lock. */
    async lock(): Promise<UnitReport> {
      throw new StationError('UNIT_LACKS_CAPABILITY', { missing: 'lock', firmware: talk.unit.firmware });
    },

    erase: (signal) => eraseRecord(talk, signal),
    untilRemoved: (signal) => untilRemoved(talk, signal),
    close: () => talk.close(),
  };
}
