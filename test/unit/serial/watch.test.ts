/** Ports that come and go. */
import { describe, expect, it } from 'vitest';
import type { PresentPort } from '../../../electron/serial/presence.ts';
import { type PortChange, watchPorts } from '../../../electron/serial/watch.ts';

const port = (path: string, chain?: string): PresentPort => ({ path, chain });

/** What is told when the scans give these lists, one after the other; an Error is a scan that fails. */
async function told(scans: readonly (readonly PresentPort[] | Error)[]): Promise<PortChange[]> {
  const stop = new AbortController();
  const changes: PortChange[] = [];
  let turn = 0;
  const presence = {
    async scan() {
      const ports = scans[turn++];
      if (ports === undefined) stop.abort();
      if (ports instanceof Error) throw ports;
      return ports ?? [];
    },
  };
  await watchPorts(presence, (change) => changes.push(change), stop.signal, 0);
  return changes;
}

describe('watching ports', () => {
  it('tells what is there at first, and then only differences', async () => {
    const [a, b] = [port('/dev/a', 'usb2:1'), port('/dev/b')];
    expect(await told([[a], [a], [a, b], [b]])).toEqual([
      { appeared: [a], vanished: [] },
      { appeared: [b], vanished: [] },
      { appeared: [], vanished: [a] },
    ]);
  });

  it('tells of a port that came back under another name', async () => {
    const [before, after] = [port('/dev/ttyUSB0', 'usb2:1'), port('/dev/ttyUSB1', 'usb2:1')];
    expect((await told([[before], [after]])).at(-1)).toEqual({ appeared: [after], vanished: [before] });
  });

  it('does not take a scan that fails for ports that are gone', async () => {
    const a = port('/dev/a');
    expect(await told([[a], new Error('udev is away'), [a]])).toHaveLength(1);
  });
});
