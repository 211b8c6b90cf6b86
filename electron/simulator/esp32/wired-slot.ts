/**
 * A slot whose modem lines and rate reach an emulated chip: what the bridge on a real board carries beside the bytes, and what
 * neither an in-memory line nor a pseudo-terminal can. Opening raises both lines and closing drops both, as Linux does.
 * Must not: touch the bytes.
 */
import type { Link, ModemSignals, SlotPort } from '../../station/ports.ts';
import type { EmulatedEsp32 } from './emulated-esp32.ts';

export function wiredSlot(slot: SlotPort, chip: EmulatedEsp32): SlotPort {
  return {
    name: slot.name,
    locate: () => slot.locate(),
    async open(baudRate, signal) {
      const link = await slot.open(baudRate, signal);
      chip.uart.stationRate = baudRate;
      chip.setSignals({ dtr: true, rts: true });
      return wiredLink(link, chip);
    },
  };
}

function wiredLink(link: Link, chip: EmulatedEsp32): Link {
  let isOpen = true;
  let onClose: Parameters<Link['onClose']>[0] = () => {};
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    chip.setSignals({ dtr: false, rts: false });
  };
  link.onClose((why) => {
    end();
    onClose(why);
  });
  return {
    write: (bytes) => link.write(bytes),
    onData: (listener) => link.onData(listener),
    onClose(listener) {
      onClose = listener;
      if (!isOpen) link.onClose(listener);
    },
    async setSignals(signals: ModemSignals) {
      // Rejects where the port is gone; whether it has lines of its own does not matter.
      await link.setSignals(signals);
      chip.setSignals(signals);
      return true;
    },
    async setBaudRate(baudRate) {
      await link.setBaudRate(baudRate);
      chip.uart.stationRate = baudRate;
    },
    close: () => link.close(),
  };
}
