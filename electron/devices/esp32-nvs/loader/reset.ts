/**
 * Resetting a chip over the modem lines of its adapter. Source: Espressif, esptool documentation, boot mode selection: the usual
 * circuit pulls EN low while RTS is asserted and DTR is not, and IO0 low while DTR is asserted and RTS is not.
 * Must not: leave a line asserted: a chip whose IO0 is held low starts its loader at the next power-up.
 */
import type { LinkTransport } from './link-transport.ts';

/** How long EN is held low, in milliseconds. */
const HELD_MS = 100;
/** From the end of that until the boot mode has been sampled. EN rises slowly where its capacitor is large. */
const SAMPLED_MS = 50;
const SAMPLED_LATE_MS = 550;

/**
 * One after the other as attempts fail. The third is for chips whose own USB peripheral is the port: it takes the order of the
 * changes for the meaning. A link does not tell whose port it is, and each way does no harm to the others' chips.
 */
const WAYS = [
  (transport: LinkTransport) => classic(transport, SAMPLED_MS),
  (transport: LinkTransport) => classic(transport, SAMPLED_LATE_MS),
  usbSerialJtag,
] as const;

/** Resets into the loader; `attempt` from 0. Resolves false where the port has no modem lines. */
export async function resetIntoLoader(transport: LinkTransport, attempt: number): Promise<boolean> {
  const way = WAYS[attempt % WAYS.length] ?? WAYS[0];
  await released(transport, () => way(transport));
  return transport.hasLines === true;
}

/** Resets into the application. Resolves false where the port has no modem lines. */
export async function resetIntoApplication(transport: LinkTransport): Promise<boolean> {
  await released(transport, async () => {
    await transport.setSignals(false, true);
    if (transport.hasLines) await transport.sleep(HELD_MS);
  });
  return transport.hasLines === true;
}

async function classic(transport: LinkTransport, sampledMs: number): Promise<void> {
  await transport.setSignals(false, true);
  if (!transport.hasLines) return;
  await transport.sleep(HELD_MS);
  await transport.setSignals(true, false);
  await transport.sleep(sampledMs);
}

/** Espressif's sequence for USB-Serial/JTAG: download is latched by DTR, and RTS resets. */
async function usbSerialJtag(transport: LinkTransport): Promise<void> {
  await transport.setSignals(false, false);
  if (!transport.hasLines) return;
  await transport.sleep(HELD_MS);
  await transport.setSignals(true, false);
  await transport.sleep(HELD_MS);
  await transport.setSignals(true, true);
  await transport.setSignals(false, true);
  await transport.sleep(HELD_MS);
}

/** The lines are let go whatever happens in between, also when the run is aborted. */
async function released(transport: LinkTransport, pulse: () => Promise<void>): Promise<void> {
  try {
    await pulse();
  } catch (thrown) {
    await transport.release();
    throw thrown;
  }
  await transport.setSignals(false, false);
}
