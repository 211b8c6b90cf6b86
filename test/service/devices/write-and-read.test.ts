/** A port that is written to and read from at once: the binding forgets a write that waits when a read begins to wait. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import * as nodePty from '@lydell/node-pty';
import { expect, it, onTestFinished } from 'vitest';
import { openSerialLink } from '../../../electron/serial/serial-link.ts';
import { NEVER } from '../../support/units.ts';

interface PseudoTerminal {
  readonly ptsName: string;
  readonly master: NodeJS.ReadWriteStream;
  readonly slave: NodeJS.ReadWriteStream & { destroy(): void };
}

it('finishes a write that waited for a slow unit while bytes came in', async () => {
  // The package's own types leave `open` out.
  const { open } = nodePty as unknown as { open(options: { encoding: null }): PseudoTerminal };
  const { ptsName, master, slave } = open({ encoding: null });
  const keeper = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  onTestFinished(() => closeSync(keeper));
  slave.on('error', () => {});
  slave.destroy();
  master.on('error', () => {});
  spawnSync('stty', ['raw', '-echo'], { stdio: [keeper, 'ignore', 'ignore'] });
  const link = await openSerialLink({ path: ptsName, baudRate: 115_200 }, NEVER);
  onTestFinished(() => link.close());
  let heard = 0;
  link.onData((bytes) => {
    heard += bytes.length;
  });
  master.pause();
  const size = 300_000;
  const written = link.write(Buffer.alloc(size, 0x55)).then(() => 'written');
  await expect.poll(() => Promise.race([written, new Promise((r) => setTimeout(r, 100))])).toBeUndefined();
  // The read that is done begins to wait anew, while the write still does.
  master.write('x');
  await expect.poll(() => heard).toBe(1);
  let taken = 0;
  master.on('data', (bytes: Buffer) => {
    taken += bytes.length;
  });
  master.resume();
  expect(await written).toBe('written');
  await expect.poll(() => taken).toBe(size);
  expect(heard).toBe(1);
});
