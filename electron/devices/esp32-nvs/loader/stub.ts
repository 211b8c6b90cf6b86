/**
 * The flasher stub: uploaded into the chip's memory and started, then the rate of the order. Source: Espressif, serial protocol,
 * MEM_* and CHANGE_BAUDRATE. Must not: outlive a reset; the next start is the ROM's.
 */
import { type Loader, ROM_BAUD, words } from './loader.ts';

/** Both ends have changed over by then. */
const CHANGE_MS = 30;

/** `baudRate`: at most the ROM's rate means that the rate stays as it is. Rejects where the chip does not follow. */
export async function startStub(loader: Loader, baudRate: number): Promise<void> {
  await loader.runStub();
  if (!loader.IS_STUB) throw new Error(`no stub for ${loader.chip.CHIP_NAME}`);
  if (baudRate <= ROM_BAUD || loader.link.baudrate === baudRate) return;
  await loader.checkCommand(
    'change the rate',
    loader.ESP_CHANGE_BAUDRATE,
    words(baudRate, loader.link.baudrate),
  );
  await loader.link.changeBaudrate(baudRate);
  await loader.link.sleep(CHANGE_MS);
  await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR);
}
