/** The same units without any port of the system: in memory, and on local sockets, as where there are no pseudo-terminals. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import { createSocketLine } from '../../../electron/simulator/units/socket-line.ts';
import type { EmulatedUnitOptions } from '../../../electron/simulator/units/unit-options.ts';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, NEVER, payloadOf } from '../../support/units.ts';

function place(): string {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-line-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'port-1.keybench-line');
}

type UnitOptions = Omit<EmulatedUnitOptions, 'line'>;

async function inMemory(options: UnitOptions = {}) {
  const line = createMemoryLine('memory-1');
  const unit = createUnit({ line, ...options });
  onTestFinished(() => unit.close());
  return { unit, slot: line.slot };
}

async function onSocket(options: UnitOptions = {}) {
  const path = place();
  const unit = createUnit({ line: await createSocketLine(path), ...options });
  onTestFinished(() => unit.close());
  return { unit, slot: createPathSlot(path) };
}

describe.each([
  ['in memory', inMemory],
  ['on a local socket', onSocket],
])('a unit %s', (_, bench) => {
  it('is written and proved, over a restart in which its port is renamed', async () => {
    const { unit, slot } = await bench({ vanishesInReset: 'another name', baudRate: 115200 });
    const session = await connectTo(slot);
    const payload = payloadOf();
    await session.write(payload, () => {}, NEVER);
    const before = await slot.locate();
    const { boot } = session.unit;
    await session.restart(NEVER);
    expect(await slot.locate()).not.toBe(before);
    await session.prove(payload, boot, NEVER);
    expect(unit.record?.pw).toBe(payload.possession.reveal());
  });

  it('is gone, told of at once, and back as a port is', async () => {
    const { unit, slot } = await bench();
    const session = await connectTo(slot);
    const removed = session.untilRemoved(NEVER);
    unit.unplug();
    await removed;
    expect(await slot.locate()).toBeUndefined();
    expect(await codeOf(slot.open(115200, NEVER))).toBe('PORT_NOT_FOUND');
    await unit.plug();
    await connectTo(slot);
  });
});

it('a unit in memory is busy while it is open', async () => {
  const { slot } = await inMemory();
  await connectTo(slot);
  expect(await codeOf(slot.open(115200, NEVER))).toBe('PORT_BUSY');
});

describe('a unit on a local socket', () => {
  it('answers one station at a time', async () => {
    const { slot } = await onSocket();
    await connectTo(slot);
    const second = await slot.open(115200, NEVER);
    const why = await new Promise((resolve) => second.onClose(resolve));
    expect(why).toMatchObject({ code: 'PORT_LOST' });
  });

  it.each([
    ['nothing', ''],
    ['half a file', 'keybench-line 1\n/run/keybench/som'],
    ['another file', '#!/bin/sh\n'],
    ['a computer', 'keybench-line 1\n\\\\server\\pipe\\unit\n'],
    ['a network port', 'keybench-line 1\n8080\n'],
  ])('is not looked for where the file holds %s', async (_, text) => {
    const path = place();
    writeFileSync(path, text);
    const slot = createPathSlot(path);
    expect(await slot.locate()).toBeUndefined();
    expect(await codeOf(slot.open(115200, NEVER))).toBe('PORT_NOT_FOUND');
  });
});
