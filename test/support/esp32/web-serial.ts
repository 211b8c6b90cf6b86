/** A slot as a Web Serial port, with what stock esptool-js needs of one; so that it drives an emulated chip with its own code. */
import type { ESPLoader } from 'esptool-js';
import type { Link, SlotPort } from '../../../electron/station/ports.ts';

type WebSerialPort = NonNullable<ConstructorParameters<typeof ESPLoader>[0]['port']>;

interface OutputSignals {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
}

export function webSerialPort(slot: SlotPort): WebSerialPort {
  let link: Link | undefined;
  let lines = { dtr: true, rts: true };
  const port = {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    async open({ baudRate }: { readonly baudRate: number }) {
      const opened = await slot.open(baudRate, new AbortController().signal);
      link = opened;
      lines = { dtr: true, rts: true };
      port.readable = new ReadableStream({
        start: (controller) => opened.onData((bytes) => controller.enqueue(bytes)),
      });
      port.writable = new WritableStream({ write: (bytes) => opened.write(bytes) });
    },
    async close() {
      port.readable = null;
      port.writable = null;
      await link?.close();
    },
    getInfo: () => ({}),
    async setSignals({ dataTerminalReady, requestToSend }: OutputSignals) {
      lines = { dtr: dataTerminalReady ?? lines.dtr, rts: requestToSend ?? lines.rts };
      await link?.setSignals(lines);
    },
    async setBaudRate(baudRate: number) {
      await link?.setBaudRate(baudRate);
    },
  };
  return port as unknown as WebSerialPort;
}
