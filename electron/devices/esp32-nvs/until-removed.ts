/**
 * Waiting for a chip to be taken away while its application runs: the port closes or moves, or, where the adapter stays plugged in,
 * a power-on is heard and another chip answers.
 * Must not: disturb an application that just runs. Only a chip that says that its power came back is asked who it is.
 */
import type { ChipTalk } from './chip-talk.ts';
import { enterLoader } from './loader/enter.ts';
import { identifyChip } from './loader/identify.ts';

const LOOK_EVERY_MS = 500;
/** What the last reset of ours made the chip print is over by then. */
const OWN_BOOT_MS = 1000;
const POWER_ON = /rst:0x1 \(POWERON/;
const ASKS = 3;

/** Resolves also when the signal aborts; never rejects. */
export async function untilRemoved(talk: ChipTalk, signal: AbortSignal): Promise<void> {
  const path = await talk.slot.locate();
  try {
    await settle(talk, signal);
    while (!signal.aborted && talk.transport.gone === undefined) {
      const isPoweredOn = await talk.transport.heard(POWER_ON, LOOK_EVERY_MS);
      if ((await talk.slot.locate()) !== path) return;
      if (!isPoweredOn) continue;
      talk.transcript?.note('line', 'power came back: who is it?');
      if (!(await isStillHere(talk))) return;
      await settle(talk, signal);
    }
  } catch {
    // The port is gone, or nobody waits any more.
  }
}

async function settle(talk: ChipTalk, signal: AbortSignal): Promise<void> {
  if (talk.isInLoader) await talk.leave(signal);
  talk.transport.under(signal);
  await talk.transport.sleep(OWN_BOOT_MS);
  talk.transport.expect('application');
}

/** A chip that lost its power and does not answer may be any: whoever waits asks anew, and no result is left over it. */
async function isStillHere(talk: ChipTalk): Promise<boolean> {
  talk.enters();
  for (let attempt = 0; attempt < ASKS; attempt += 1) {
    const entered = await enterLoader(talk.transport, attempt);
    if (entered.kind === 'none') continue;
    try {
      const { hardwareId } = await identifyChip(entered.loader);
      return hardwareId === talk.unit.hardwareId;
    } catch {
      if (talk.transport.gone !== undefined) return false;
    }
  }
  return false;
}
