/** Which port a slot leads to when names are given anew. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PortPresence, PresentPort } from '../../../electron/serial/presence.ts';
import { createChainSlot, createPathSlot } from '../../../electron/serial/slot-port.ts';
import { codeOf, NEVER } from '../../support/units.ts';

function bench() {
  const dir = mkdtempSync(join(tmpdir(), 'ports-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const ports = new Map<string, PresentPort>();
  let asked = 0;
  const presence: PortPresence = {
    async scan() {
      return [...ports.values()];
    },
    async at(path) {
      asked++;
      return [...ports.values()].find((port) => port.path === path);
    },
  };
  const at = (name: string) => join(dir, name);
  return {
    presence,
    at,
    asked: () => asked,
    plug(name: string, chain?: string) {
      writeFileSync(at(name), '');
      ports.set(name, { path: at(name), chain });
    },
    unplug(name: string) {
      rmSync(at(name));
      ports.delete(name);
    },
  };
}

describe('a slot that was named by a path', () => {
  it('is empty until there is a port, and again when it is gone', async () => {
    const { presence, at, plug, unplug } = bench();
    const slot = createPathSlot(at('ttyX0'), presence);
    expect(await slot.locate()).toBeUndefined();
    plug('ttyX0');
    expect(await slot.locate()).toBe(at('ttyX0'));
    unplug('ttyX0');
    expect(await slot.locate()).toBeUndefined();
  });

  it('keeps its place on the bus when its port comes back under another name', async () => {
    const { presence, at, plug, unplug } = bench();
    plug('ttyUSB0', 'usb2:pci:4.2:1.0');
    const slot = createPathSlot(at('ttyUSB0'), presence);
    expect(await slot.locate()).toBe(at('ttyUSB0'));
    unplug('ttyUSB0');
    expect(await slot.locate()).toBeUndefined();
    plug('ttyUSB0', 'usb2:pci:4.3:1.0');
    expect(await slot.locate(), 'another place has the name now').toBeUndefined();
    plug('ttyUSB1', 'usb2:pci:4.2:1.0');
    expect(await slot.locate()).toBe(at('ttyUSB1'));
  });

  it('follows a symbolic link wherever it points now', async () => {
    const { presence, at, plug } = bench();
    plug('ttyUSB0', 'usb2:pci:1:1.0');
    plug('ttyUSB1', 'usb2:pci:2:1.0');
    symlinkSync(at('ttyUSB0'), at('slot-1'));
    const slot = createPathSlot(at('slot-1'), presence);
    expect(await slot.locate()).toBe(at('ttyUSB0'));
    rmSync(at('slot-1'));
    symlinkSync(at('ttyUSB1'), at('slot-1'));
    expect(await slot.locate()).toBe(at('ttyUSB1'));
  });

  it('asks for the place of a port once, since some systems take long to answer', async () => {
    const { presence, at, plug, asked } = bench();
    plug('pts-7');
    const slot = createPathSlot(at('pts-7'), presence);
    for (let turn = 0; turn < 5; turn++) await slot.locate();
    expect(asked()).toBe(1);
  });

  it('rejects PORT_NOT_FOUND where there is nothing to open', async () => {
    const { presence, at } = bench();
    expect(await codeOf(createPathSlot(at('none'), presence).open(115200, NEVER))).toBe('PORT_NOT_FOUND');
  });
});

describe('a slot that was named by a COM port', () => {
  it('is empty when the port was listed once and is no more', async () => {
    const ports: PresentPort[] = [];
    const slot = createPathSlot('com12', { scan: async () => ports, at: async () => undefined });
    expect(await slot.locate(), 'never listed: opening it will tell').toBe('com12');
    ports.push({ path: 'COM12', chain: undefined });
    expect(await slot.locate()).toBe('com12');
    ports.pop();
    expect(await slot.locate()).toBeUndefined();
  });
});

describe('a slot that is bound to a place', () => {
  it('leads to whatever port is there', async () => {
    const { presence, at, plug, unplug } = bench();
    const slot = createChainSlot('7', 'usb2:pci:4:1.0', presence);
    expect(await slot.locate()).toBeUndefined();
    plug('ttyACM3', 'usb2:pci:4:1.0');
    expect(await slot.locate()).toBe(at('ttyACM3'));
    unplug('ttyACM3');
    expect(await slot.locate()).toBeUndefined();
  });
});
