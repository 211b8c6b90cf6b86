/**
 * A line with a baud rate: pseudo-terminals carry bytes at once, so what a real line takes is put in here, ten bits a
 * byte each way. Must not: hold bytes back for longer than they would have taken.
 */
import type { UnitLine } from './unit-line.ts';

const BITS_PER_BYTE = 10;
/** Bytes go out in slices of about this many milliseconds, so that they arrive as a stream. */
const SLICE_MS = 5;

export function paced(line: UnitLine, baudRate: number): UnitLine {
  const msPerByte = (BITS_PER_BYTE * 1000) / baudRate;
  const sliceBytes = Math.max(1, Math.round(SLICE_MS / msPerByte));
  let listener: (bytes: Uint8Array) => void = () => {};
  let sentAt = 0;
  let receivedAt = 0;
  let plugging = 0;

  /** Calls `run` when so many bytes have passed after what is under way, unless the line was unplugged meanwhile. */
  function after(free: number, bytes: number, run: () => void): number {
    const now = performance.now();
    const at = Math.max(free, now) + bytes * msPerByte;
    const during = plugging;
    setTimeout(() => during === plugging && run(), at - now);
    return at;
  }

  line.onReceive((bytes) => {
    receivedAt = after(receivedAt, bytes.length, () => listener(bytes));
  });

  return {
    ...line,
    send(bytes) {
      for (let from = 0; from < bytes.length; from += sliceBytes) {
        const slice = Uint8Array.from(bytes.subarray(from, from + sliceBytes));
        sentAt = after(sentAt, slice.length, () => line.send(slice));
      }
    },
    onReceive(next) {
      listener = next;
    },
    unplug() {
      plugging++;
      sentAt = 0;
      receivedAt = 0;
      line.unplug();
    },
  };
}
