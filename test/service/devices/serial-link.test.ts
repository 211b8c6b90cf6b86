/** Links over real pseudo-terminals through the real serialport. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StationError } from '../../../electron/domain/errors.ts';
import { openSerialLink } from '../../../electron/serial/serial-link.ts';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import type { Link } from '../../../electron/station/ports.ts';
import { codeOf, NEVER } from '../../support/units.ts';

const BAUD = 115200;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

async function port() {
  const line = await createPtyLine();
  onTestFinished(() => line.close());
  let received = '';
  line.onReceive((bytes) => {
    received += text(bytes);
  });
  return { line, slot: createPathSlot(line.path), received: () => received };
}
async function open(slot: { open: (baud: number, signal: AbortSignal) => Promise<Link> }): Promise<Link> {
  const link = await slot.open(BAUD, NEVER);
  onTestFinished(() => link.close());
  return link;
}
const closed = (link: Link) => new Promise<StationError | undefined>((resolve) => link.onClose(resolve));
const until = (check: () => boolean) => expect.poll(check, { timeout: 10_000, interval: 5 }).toBe(true);

describe('an open port', () => {
  it('carries bytes both ways unchanged', async () => {
    const { line, slot, received } = await port();
    const link = await open(slot);
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    let heard = '';
    link.onData((bytes) => {
      heard += text(bytes);
    });
    await link.write(all);
    line.send(all);
    await until(() => heard.length >= 256 && received().length >= 256);
    expect(heard).toBe(text(all));
    expect(received()).toBe(text(all));
  });

  it('is busy for a second opening, and free again once it is closed', async () => {
    const { slot } = await port();
    const link = await open(slot);
    expect(await codeOf(slot.open(BAUD, NEVER))).toBe('PORT_BUSY');
    await link.close();
    await open(slot);
  });

  it('tells that it is lost when the unit is unplugged, and writes no more', async () => {
    const { line, slot } = await port();
    const link = await open(slot);
    const why = closed(link);
    line.unplug();
    expect((await why)?.code).toBe('PORT_LOST');
    expect(await codeOf(link.write(Uint8Array.of(1)))).toBe('PORT_LOST');
    await link.close();
    expect((await closed(link))?.code, 'told to a late listener as well').toBe('PORT_LOST');
  });

  it('closes once, however often it is asked, and without an error', async () => {
    const { slot } = await port();
    const link = await open(slot);
    const why = closed(link);
    await Promise.all([link.close(), link.close()]);
    await link.close();
    expect(await why).toBeUndefined();
    expect(await codeOf(link.write(Uint8Array.of(1)))).toBe('PORT_LOST');
  });

  it('closes although the unit takes no bytes', async () => {
    const { line, slot } = await port();
    const link = await open(slot);
    line.pause();
    const stuck = codeOf(link.write(new Uint8Array(1 << 20)));
    await link.close();
    expect(await stuck).toBe('PORT_LOST');
    await open(slot);
  });

  it('starts with what the unit says now, not with what it said before', async () => {
    const { line, slot } = await port();
    line.send(Buffer.from('said before'));
    const link = await open(slot);
    let heard = '';
    link.onData((bytes) => {
      heard += text(bytes);
    });
    line.send(Buffer.from('said now'));
    await until(() => heard.includes('now'));
    expect(heard).toBe('said now');
  });

  it('is opened under its new name when it comes back', async () => {
    const { line, slot, received } = await port();
    const before = await slot.locate();
    const link = await open(slot);
    const why = closed(link);
    await line.plug({ renamed: true });
    await why;
    await link.close();
    expect(await slot.locate()).not.toBe(before);
    const next = await open(slot);
    await next.write(Buffer.from('again'));
    await until(() => received() === 'again');
  });
});

describe('a port that cannot be opened', () => {
  it('is not found where there is none', async () => {
    const { line, slot } = await port();
    line.unplug();
    expect(await codeOf(slot.open(BAUD, NEVER))).toBe('PORT_NOT_FOUND');
    expect(await codeOf(openSerialLink({ path: '/dev/there-is-no-such-port', baudRate: BAUD }, NEVER))).toBe(
      'PORT_NOT_FOUND',
    );
  });

  it('has failed where it is no port', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'port-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, 'file'), '');
    expect(await codeOf(openSerialLink({ path: join(dir, 'file'), baudRate: BAUD }, NEVER))).toBe(
      'PORT_FAILED',
    );
  });

  it('is left alone where the run was ended meanwhile', async () => {
    const { slot } = await port();
    const stop = new AbortController();
    const opening = codeOf(slot.open(BAUD, stop.signal));
    stop.abort();
    expect(await opening).toBe('RUN_ABORTED');
    await expect.poll(() => codeOf(open(slot)), { timeout: 10_000 }).toBe('resolved');
  });
});
