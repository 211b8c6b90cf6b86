/** A line that hangs up while the unit talks: the read that is under way then returns nothing, for ever. */
import { expect, it, onTestFinished } from 'vitest';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import { NEVER } from '../../support/units.ts';

const TURNS = 60;

it('is noticed whenever it happens', async () => {
  const line = await createPtyLine();
  onTestFinished(() => line.close());
  const slot = createPathSlot(line.path);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const link = await slot.open(115_200, NEVER);
    let heard = 0;
    link.onData((bytes) => {
      heard += bytes.length;
    });
    const closed = new Promise((resolve) => link.onClose(resolve));
    for (let burst = 0; burst < 20; burst += 1) {
      line.send(Buffer.alloc(64, 0x55));
      await new Promise(setImmediate);
    }
    // At another moment of the reading each time.
    for (let wait = 0; wait < turn % 7; wait += 1) await new Promise(setImmediate);
    line.unplug();
    expect(await closed, `turn ${turn}, ${heard} bytes heard`).toMatchObject({ code: 'PORT_LOST' });
    await line.plug();
  }
});
