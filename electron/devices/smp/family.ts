/**
 * Device family smp: firmware that speaks the provisioning protocol over SMP's console framing.
 * Source: device protocol. Must not: hold state; a session is the only thing that lives.
 */
import { StationError } from '../../domain/errors.ts';
import type { ConnectOptions, DeviceFamily, DeviceSession, SlotPort } from '../../station/ports.ts';
import type { FamilyEntry } from '../family-entry.ts';
import { Conversation, HELLO_EVERY_MS } from './conversation.ts';
import type { Hello } from './hello.ts';
import { SmpLine } from './line.ts';
import { abortReason } from './patience.ts';
import { pollHello } from './poll-hello.ts';
import { encodeRecord } from './record.ts';
import { reopen } from './reopen.ts';
import { createSmpSession } from './session.ts';

/** So many answers in a row that cannot be worked with are an answer. */
const FAULTS_MAX = 3;

/** Adds no key to an order. */
export const smp: FamilyEntry = { keys: {}, create: createSmpFamily };

export function createSmpFamily(): DeviceFamily {
  return { name: 'smp', encode: encodeRecord, connect };
}

async function connect(slot: SlotPort, options: ConnectOptions, signal: AbortSignal): Promise<DeviceSession> {
  const { baudRate, bootTimeoutMs } = options.rules;
  const { transcript } = options;
  const { line, unit } = await findUnit(slot, options, signal);
  const { hardwareId, model, firmware, state } = unit;
  transcript?.note('line', `unit hw=${hardwareId} model=${model} fw=${firmware} state=${state}`);
  return createSmpSession(new Conversation({ slot, baudRate, bootTimeoutMs, transcript, line, unit }));
}

async function findUnit(
  slot: SlotPort,
  { rules, waitMs, otherThan, transcript }: ConnectOptions,
  signal: AbortSignal,
): Promise<{ line: SmpLine; unit: Hello }> {
  const { baudRate } = rules;
  const until = performance.now() + waitMs;
  const listen = async (opening: ReturnType<SlotPort['open']>) =>
    new SmpLine({ link: await opening, baudRate, transcript });
  let bytesHeard = 0;
  let other = otherThan;
  let isOtherThere = false;
  let line = await listen(slot.open(baudRate, signal));
  try {
    for (;;) {
      const accept = ({ hardwareId }: Hello) => {
        isOtherThere = hardwareId === other;
        return !isOtherThere;
      };
      const options = { until, everyMs: HELLO_EVERY_MS, accept, faultsMax: FAULTS_MAX };
      const found = await pollHello(line, options, signal);
      bytesHeard += line.bytesHeard;
      switch (found.kind) {
        case 'hello':
          return { line, unit: found.hello };
        case 'aborted':
          throw abortReason(signal);
        case 'faulty':
          throw found.fault;
        case 'late':
          throw found.fault ?? silent(slot, waitMs, isOtherThere ? 0 : bytesHeard);
        case 'gone':
          await line.close();
          // What comes back after the port had vanished was plugged in anew, whichever unit it is.
          other = undefined;
          line = await listen(reopenOrSilent(slot, baudRate, until, signal));
      }
    }
  } catch (thrown) {
    await line.close();
    throw thrown;
  }

  async function reopenOrSilent(...args: Parameters<typeof reopen>) {
    try {
      return await reopen(...args);
    } catch (thrown) {
      throw signal.aborted ? thrown : silent(slot, waitMs, bytesHeard);
    }
  }
}

function silent(slot: SlotPort, waitMs: number, bytesHeard: number): StationError {
  const evidence = { port: slot.name, waitedMs: Math.round(waitMs) };
  return bytesHeard === 0
    ? new StationError('UNIT_SILENT', evidence)
    : new StationError('UNIT_NOT_UNDERSTOOD', { ...evidence, bytes: bytesHeard });
}
