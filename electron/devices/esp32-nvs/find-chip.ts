/**
 * Waiting for a chip to answer from its loader in a slot. Must not: wait longer than it was told, or take the first refusal for
 * an answer: what is refused for good is looked at twice.
 */
import { type ErrorCode, StationError } from '../../domain/errors.ts';
import type { ConnectOptions, SlotPort } from '../../station/ports.ts';
import { reopen } from '../smp/reopen.ts';
import { ChipTalk, romRate } from './chip-talk.ts';
import { loaderFault } from './loader/enter.ts';
import { LinkTransport } from './loader/link-transport.ts';
import { resetIntoApplication } from './loader/reset.ts';
import { type Opened, openChip } from './open-chip.ts';
import { esp32Rules } from './rules.ts';

/** So many failures in a row are an answer; passing ones go by when the chip is reset again. */
const FAULTS_MAX = 3;
/** What a chip that is reset, and starts its application each time, is given up after. */
const BOOTS_MAX = 6;
/** The unit whose attempt has just ended is left alone for so long before it is looked at again. */
const SAME_MS = 2000;
const LEAVE_MS = 1000;
/** Ends a run at the second look: no third one will be different. */
const REFUSALS: readonly ErrorCode[] = [
  'UNIT_UNKNOWN_CHIP',
  'UNIT_SECURED',
  'UNIT_NO_PARTITION_TABLE',
  'UNIT_PARTITION_MISSING',
  'UNIT_PARTITION_UNUSABLE',
];

export async function findChip(
  slot: SlotPort,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<ChipTalk> {
  const { rules, waitMs, transcript } = options;
  const own = esp32Rules(rules);
  const baudRate = romRate(rules);
  const until = performance.now() + waitMs;
  const over = async (opening: ReturnType<SlotPort['open']>) =>
    new LinkTransport({ link: await opening, baudRate, signal });
  let transport = await over(slot.open(baudRate, signal));
  let { otherThan } = options;
  let bytesHeard = 0;
  const seen = { faults: [] as StationError[], boots: 0, isSameThere: false };
  try {
    for (let attempt = 0; attempt === 0 || performance.now() < until; attempt += 1) {
      let opened: Opened;
      try {
        const how = {
          transport,
          attempt,
          baudRate: rules.baudRate,
          label: own.partition,
          transcript,
          otherThan,
        };
        opened = await openChip(how);
        if (opened.kind === 'open') return await met(opened);
        seen.faults = [];
      } catch (thrown) {
        const fault = loaderFault(thrown, 'read');
        if (signal.aborted) throw fault;
        if (fault.code === 'PORT_LOST') {
          bytesHeard += transport.bytesHeard;
          await transport.disconnect();
          // What comes back after the port had vanished was plugged in anew, whichever unit it is.
          otherThan = undefined;
          transport = await over(reopenOrSilent());
          continue;
        }
        refuseOrRemember(fault);
        continue;
      }
      await note(opened);
    }
    throw silent();
  } catch (thrown) {
    await letGo(transport);
    throw thrown;
  }

  /** Its partition is read at once, so that what cannot take a record is refused before anybody asks for one. */
  async function met({ chip }: Extract<Opened, { kind: 'open' }>): Promise<ChipTalk> {
    const talk = new ChipTalk({ slot, rules, own, transcript, transport, chip });
    await talk.look(chip, () => undefined);
    return talk;
  }

  function refuseOrRemember(fault: StationError): void {
    const isRefusal = REFUSALS.includes(fault.code);
    const isSecondLook = isRefusal && seen.faults.at(-1)?.code === fault.code;
    seen.faults.push(fault);
    if (isSecondLook || seen.faults.length >= FAULTS_MAX) throw fault;
    transcript?.note('line', `once more: ${fault.code}`);
  }

  async function note(opened: Exclude<Opened, { kind: 'open' }>): Promise<void> {
    seen.isSameThere = opened.kind === 'same';
    if (opened.kind === 'same') {
      await resetIntoApplication(transport);
      return transport.sleep(Math.max(0, Math.min(SAME_MS, until - performance.now())));
    }
    seen.boots = opened.booted && transport.hasLines === true ? seen.boots + 1 : 0;
    if (seen.boots >= BOOTS_MAX) throw new StationError('UNIT_NOT_IN_DOWNLOAD_MODE', { port: slot.name });
  }

  async function reopenOrSilent() {
    try {
      return await reopen(slot, baudRate, until, signal);
    } catch (thrown) {
      throw signal.aborted ? thrown : silent();
    }
  }

  function silent(): StationError {
    const last = seen.faults.at(-1);
    if (last !== undefined) return last;
    const evidence = { port: slot.name, waitedMs: Math.round(waitMs) };
    if (seen.boots > 0) return new StationError('UNIT_NOT_IN_DOWNLOAD_MODE', evidence);
    const bytes = seen.isSameThere ? 0 : bytesHeard + transport.bytesHeard;
    return bytes === 0
      ? new StationError('UNIT_SILENT', evidence)
      : new StationError('UNIT_NOT_UNDERSTOOD', { ...evidence, bytes });
  }
}

/** Whatever chip is there starts its application, as far as that can be had in a moment. */
async function letGo(transport: LinkTransport): Promise<void> {
  transport.under(AbortSignal.timeout(LEAVE_MS));
  await resetIntoApplication(transport).catch(() => undefined);
  await transport.disconnect();
}
