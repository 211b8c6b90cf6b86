/**
 * A partition so full that its pages can only be rewritten where they are: a fault of the line in the middle of that costs nobody a
 * value, since the image that was begun is brought to its end.
 */
import { describe, expect, it } from 'vitest';
import { planWrite } from '../../../electron/devices/esp32-nvs/holding.ts';
import { encodeNvs } from '../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { PAGE_SIZE } from '../../../electron/devices/esp32-nvs/nvs/layout.ts';
import { entriesIn, readNvs } from '../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { stringValue, textOf } from '../../../electron/devices/esp32-nvs/nvs/types.ts';
import { recordEntries } from '../../../electron/devices/esp32-nvs/record-entries.ts';
import { esp32Rules } from '../../../electron/devices/esp32-nvs/rules.ts';
import { chipInMemory } from '../../support/esp32/chip.ts';
import { NEVER } from '../../support/units.ts';
import { connectTo, NVS, payloadOf, rulesOf, storedIn } from './chips.ts';

/** Strings of three entries each, so many that five pages of six are in use and there is just room for ours. */
const OTHERS = Array.from({ length: 190 }, (_, nth) => ({
  key: `k${nth}`,
  value: stringValue(`${String(nth).padStart(3, '0')}${'v'.repeat(45)}`),
}));

/** The pages in other sectors than their sequence says, as those of a partition that has been in use. */
function rotated(image: Buffer): Buffer {
  const pages = Array.from({ length: image.length / PAGE_SIZE }, (_, sector) =>
    image.subarray(sector * PAGE_SIZE, (sector + 1) * PAGE_SIZE),
  );
  return Buffer.concat([...pages.slice(3), ...pages.slice(0, 3)]);
}

const BEFORE = rotated(encodeNvs([{ name: 'app', entries: OTHERS }], NVS.size));

function othersIn(image: Uint8Array): (string | undefined)[] {
  const entries = entriesIn(readNvs(image), 'app') ?? [];
  return entries.map(({ key, value }) => `${key}=${textOf(value)}`).sort();
}

function fullChip() {
  const on = chipInMemory();
  on.chip.flash.load(NVS.offset, BEFORE);
  return on;
}

describe('a partition that is nearly full', () => {
  it('is rewritten in place', () => {
    const plan = planWrite(Buffer.from(BEFORE), esp32Rules(rulesOf()), recordEntries(payloadOf()));
    expect(plan.isInPlace).toBe(true);
    expect(plan.steps.length).toBeGreaterThan(2);
  });

  it.each([1, 3, 9, 17, 30, 45, 60])(
    'keeps every value of others when the flash misses program operation %d',
    async (operation) => {
      const { chip, slot } = fullChip();
      const session = await connectTo(slot);
      let programs = 0;
      chip.faults = {
        onFlash: ({ kind }) => (kind === 'program' && ++programs === operation ? 'ignored' : 'works'),
      };
      await session.write(payloadOf(), () => {}, NEVER);
      expect(programs).toBeGreaterThan(operation);
      expect(storedIn(chip)).toMatchObject({ port: '8883' });
      expect(othersIn(chip.flash.read(NVS.offset, NVS.size))).toEqual(othersIn(BEFORE));
    },
  );
});
