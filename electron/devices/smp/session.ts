/** The verbs of a device session for family smp. Must not: hold logic of a verb; each has its own file. */
import { StationError } from '../../domain/errors.ts';
import type { Capability, DeviceSession, Payload, UnitReport } from '../../station/ports.ts';
import type { Conversation } from './conversation.ts';
import { eraseRequest, lockRequest } from './messages.ts';
import { pollHello } from './poll-hello.ts';
import { proveRecord } from './prove.ts';
import { refusal, unlessRefused } from './refusal.ts';
import { restartUnit } from './restart.ts';
import { writeRecord } from './write.ts';

/** Gentle enough for a unit that has its own work to do by now. */
const WATCH_EVERY_MS = 500;

export function createSmpSession(talk: Conversation): DeviceSession {
  /** The boot number before the last restart that was asked for. */
  let bootBefore: string | undefined;

  function need(capability: Capability): void {
    const { capabilities, firmware } = talk.unit;
    if (!capabilities.has(capability)) {
      throw new StationError('UNIT_LACKS_CAPABILITY', { missing: capability, firmware });
    }
  }

  return {
    get unit() {
      return talk.unit;
    },
    refresh: (signal) => talk.inRounds(signal, () => talk.hello(signal)),
    write: (payload, onProgress, signal) => writeRecord(talk, payload, onProgress, signal),

    async restart(signal): Promise<UnitReport> {
      bootBefore = talk.unit.boot;
      return restartUnit(talk, signal);
    },

    async prove(payload: Payload, notBoot, signal): Promise<void> {
      need('prove');
      const before = [notBoot, bootBefore].filter((boot) => boot !== undefined);
      await proveRecord(talk, payload, before, signal);
    },

    async lock(signal): Promise<UnitReport> {
      need('lock');
      return talk.inRounds(signal, async () => {
        // Lock and erase name no unit: whoever answers now is asked who it is first.
        await talk.hello(signal);
        await unlessRefused(talk.ask(lockRequest, signal), (rc) => refusal(rc, 'UNIT_NOT_LOCKED'));
        const unit = await talk.hello(signal);
        if (unit.state !== 'locked') throw new StationError('UNIT_NOT_LOCKED', { unitState: unit.state });
        return unit;
      });
    },

    async erase(signal): Promise<UnitReport> {
      need('erase');
      return talk.inRounds(signal, async () => {
        await talk.hello(signal);
        await unlessRefused(talk.ask(eraseRequest, signal), (rc) => refusal(rc, 'UNIT_REFUSED_WRITE'));
        return talk.hello(signal);
      });
    },

    untilRemoved: (signal) => untilRemoved(talk, signal),
    close: () => talk.close(),
  };
}

async function untilRemoved(talk: Conversation, signal: AbortSignal): Promise<void> {
  const { hardwareId } = talk.unit;
  const accept = (hello: UnitReport) => hello.hardwareId !== hardwareId;
  const path = await talk.slot.locate();
  while (!signal.aborted && talk.line.gone === undefined) {
    const until = performance.now() + WATCH_EVERY_MS;
    const found = await pollHello(talk.line, { until, everyMs: WATCH_EVERY_MS, accept }, signal);
    if (found.kind !== 'late' || (await talk.slot.locate()) !== path) return;
  }
}
