/**
 * Getting a chip to talk to us from its loader: reset, and SYNC until it answers. Source: Espressif, serial protocol, SYNC, and
 * boot mode selection. Must not: give up while a chip is still starting, or take a stub that survived a reset for a new start.
 */
import { asStationError, StationError } from '../../../domain/errors.ts';
import { type LinkTransport, NoReply } from './link-transport.ts';
import { Loader, ROM_BAUD } from './loader.ts';
import { resetIntoLoader } from './reset.ts';

const SYNCS = 6;
/** A ROM says so within some milliseconds; where it prints nothing, SYNC is tried all the same. */
const READY_MS = 120;
const READY = /waiting for download/;
/** What a ROM prints on its way into the application, and into the loader. */
export const APPLICATION_BOOT = /boot:0x[0-9a-f]+ \(H?SPI\w*BOOT/i;
export const DOWNLOAD_BOOT = /waiting for download|boot:0x[0-9a-f]+ \((?:DOWNLOAD|UART)/i;

export type Entered =
  | { readonly kind: 'rom' | 'stub'; readonly loader: Loader }
  /** Nothing that could be understood; `booted`: the chip started its application instead. */
  | { readonly kind: 'none'; readonly booted: boolean };

/** One attempt, `attempt` from 0. Rejects PORT_LOST or why the signal aborted. */
export async function enterLoader(transport: LinkTransport, attempt: number): Promise<Entered> {
  await transport.changeBaudrate(Math.min(ROM_BAUD, transport.baudrate));
  transport.expect('rom');
  if (await resetIntoLoader(transport, attempt)) await transport.heard(READY, READY_MS);
  const loader = new Loader(transport);
  for (let sync = 0; sync < SYNCS; sync += 1) {
    try {
      return { kind: await loader.greet(), loader };
    } catch (thrown) {
      if (isOver(thrown)) throw thrown;
    }
  }
  return { kind: 'none', booted: APPLICATION_BOOT.test(transport.text) };
}

/** Whether an error ends the talk: the port is gone, or the run was aborted. All else is a reply that did not come, or not right. */
function isOver(thrown: unknown): thrown is StationError {
  return thrown instanceof StationError;
}

/** What a failed step of the loader's protocol means. Rejects nothing: it only says. */
export function loaderFault(thrown: unknown, step: string): StationError {
  if (thrown instanceof StationError) return thrown;
  if (thrown instanceof NoReply) return new StationError('UNIT_STOPPED_ANSWERING', { step }, thrown);
  // The library's own errors are sentences with numbers in them; a status is all that is kept.
  const isProtocol = thrown instanceof Error && /ESPError|Unsupported|Unexpected|Missing/.test(thrown.name);
  if (!isProtocol) return asStationError(thrown);
  const status = /status (\d+,\d+)/.exec(thrown.message)?.[1] ?? '?';
  return new StationError('UNIT_PROTOCOL', { step, status }, thrown);
}
