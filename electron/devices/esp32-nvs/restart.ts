/**
 * Restarting the chip into its application, and meeting it again in its loader. What the ROM prints on its way is a sign of life
 * and goes into the transcript; a board may well keep it to itself, so silence is none of death: that the chip was reset is told
 * by a ROM that answers where the stub was.
 */
import { StationError } from '../../domain/errors.ts';
import type { UnitReport } from '../../station/ports.ts';
import type { ChipTalk } from './chip-talk.ts';
import { APPLICATION_BOOT, DOWNLOAD_BOOT } from './loader/enter.ts';

/** A ROM prints within some ten milliseconds; bridges and hubs take their time. */
const SIGN_MS = 1500;
/** The boot loader behind the ROM has begun by then: the application's flash is being read. */
const LOADER_MS = 150;
const SECOND_STAGE = /\bI \(\d+\) /;
/** Without modem lines a person resets the chip, with BOOT held. */
const ASK_EVERY_MS = 250;

/** Rejects UNIT_DID_NOT_REBOOT, or UNIT_CHANGED where another chip answers. */
export async function restartChip(talk: ChipTalk, signal: AbortSignal): Promise<UnitReport> {
  const isReset = await talk.inRounds(signal, async () => {
    const hasLines = await talk.leave(signal);
    if (hasLines) await signOfLife(talk);
    return hasLines;
  });
  const until = performance.now() + (isReset ? 0 : talk.bootTimeoutMs);
  for (;;) {
    const isBack = await talk.inRounds(signal, async (chip) => {
      if (!chip.isFresh) return false;
      talk.restarted();
      await talk.look(chip, () => undefined);
      return true;
    });
    if (isBack) return talk.unit;
    if (performance.now() >= until) throw new StationError('UNIT_DID_NOT_REBOOT', { boot: talk.unit.boot });
    await talk.transport.sleep(ASK_EVERY_MS);
    talk.forget();
  }
}

async function signOfLife({ transport, transcript, bootTimeoutMs }: ChipTalk): Promise<void> {
  const hasBooted = await transport.heard(APPLICATION_BOOT, Math.min(SIGN_MS, bootTimeoutMs));
  if (hasBooted) await transport.heard(SECOND_STAGE, LOADER_MS);
  if (!hasBooted && DOWNLOAD_BOOT.test(transport.text)) {
    throw new StationError('UNIT_DID_NOT_REBOOT', { bootMode: 'download' });
  }
  transcript?.note('line', hasBooted ? 'the application is starting' : 'no word from the application');
}
