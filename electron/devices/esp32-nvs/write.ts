/**
 * Writing and erasing the record: read what is there, make the image that is to follow, write the sectors that differ, and read it
 * all back. Each round starts from what the flash holds then, but for one thing: where pages are rewritten where they are, the
 * image that was begun is brought to its end, since after a fault it may be all that is left of others' values.
 */
import { StationError } from '../../domain/errors.ts';
import type { Payload, UnitReport } from '../../station/ports.ts';
import { abortReason } from '../smp/patience.ts';
import type { ChipTalk } from './chip-talk.ts';
import { planErase, planWrite } from './holding.ts';
import { type MergePlan, stepsInPlace } from './nvs/merge-plan.ts';
import type { OpenChip } from './open-chip.ts';
import { writeSectors } from './partition-store.ts';
import { faultOf } from './prove.ts';
import { recordEntries } from './record-entries.ts';

/** A write that has begun is brought to its end even when the run is aborted, at most so long. */
const LAST_WORD_MS = 3000;
/** Share of the progress that is left for reading back. */
const CHECK_SHARE = 0.1;

export async function writeRecord(
  talk: ChipTalk,
  payload: Payload,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const entries = recordEntries(payload);
  const progress = (share: number) => onProgress(share * (1 - CHECK_SHARE));
  using begun = new Begun();
  await inOneGo(signal, (own) =>
    talk.inRounds(own, async (chip) => {
      await talk.look(chip, (image) => {
        const plan = begun.planFrom(image) ?? begun.keep(planWrite(image, talk.own, entries));
        return carryOut(talk, chip, plan, progress);
      });
      await talk.look(chip, (_image, { record }) => {
        const wrong = faultOf(record, payload);
        if (wrong !== undefined) throw new StationError('UNIT_STORAGE_FAILED', { wrong });
      });
    }),
  );
  onProgress(1);
}

export async function eraseRecord(talk: ChipTalk, signal: AbortSignal): Promise<UnitReport> {
  using begun = new Begun();
  await inOneGo(signal, (own) =>
    talk.inRounds(own, async (chip) => {
      await talk.look(chip, (image) => {
        const plan = begun.planFrom(image) ?? begun.keep(planErase(image, talk.own));
        return carryOut(talk, chip, plan, () => {});
      });
      await talk.look(chip, () => undefined);
    }),
  );
  return talk.unit;
}

/** The image of a write in place that has begun. It is wiped when the write is over, however that ends. */
class Begun implements Disposable {
  #image: Buffer | undefined;

  /** The plan, of which the image is kept where a fault in its middle would cost others a value. */
  keep(plan: MergePlan): MergePlan {
    if (plan.isInPlace === true && plan.steps.length > 0) this.#image = Buffer.from(plan.image);
    return plan;
  }

  /** How what was begun comes to its end from what is there now; undefined where nothing was. */
  planFrom(now: Buffer): MergePlan | undefined {
    if (this.#image === undefined) return undefined;
    const image = Buffer.from(this.#image);
    return { image, steps: stepsInPlace(now, image), isInPlace: true };
  }

  [Symbol.dispose](): void {
    this.#image?.fill(0);
  }
}

async function carryOut(
  { transcript }: ChipTalk,
  { loader, partition }: OpenChip,
  { image, steps }: MergePlan,
  onProgress: (share: number) => void,
): Promise<void> {
  try {
    const sectors = steps.map(({ sector, isBlank }) => `${isBlank ? 'blank ' : ''}${sector}`).join(', ');
    transcript?.note('sent', `${steps.length} sectors of ${partition.label}: ${sectors}`);
    await writeSectors(loader, partition, image, steps, onProgress);
  } finally {
    image.fill(0);
  }
}

/** Runs `work` under a signal that follows the caller's only after a grace. */
async function inOneGo<T>(signal: AbortSignal, work: (own: AbortSignal) => Promise<T>): Promise<T> {
  if (signal.aborted) throw abortReason(signal);
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const follow = () => {
    timer = setTimeout(() => controller.abort(abortReason(signal)), LAST_WORD_MS);
  };
  signal.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', follow);
  }
}
