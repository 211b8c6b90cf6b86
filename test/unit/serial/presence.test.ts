/** Places of ports, read from directory trees laid out as Linux lays out sysfs. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSysfsPresence } from '../../../electron/serial/presence.ts';

const CONTROLLER = 'devices/pci0000:00/0000:00:14.0';

/** A tree of its own: ports by their device directory, files by their path. */
function sysfs(ports: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const sys = mkdtempSync(join(tmpdir(), 'sysfs-'));
  onTestFinished(() => rmSync(sys, { recursive: true }));
  const tty = join(sys, 'class/tty');
  mkdirSync(tty, { recursive: true });
  for (const device of ports) {
    mkdirSync(join(sys, device), { recursive: true });
    symlinkSync(join(sys, device), join(tty, device.split('/').at(-1)!));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(sys, path)), { recursive: true });
    writeFileSync(join(sys, path), `${text}\n`);
  }
  return createSysfsPresence({ sys, dev: '/dev' });
}
async function chains(...args: Parameters<typeof sysfs>) {
  const ports = await sysfs(...args).scan();
  return Object.fromEntries(ports.map(({ path, chain }) => [path, chain]));
}

describe('the place of a port on Linux', () => {
  it('is told of one port without looking at the others', async () => {
    const bridge = `${CONTROLLER}/usb1/1-4/1-4.2/1-4.2:1.0/ttyUSB3/tty/ttyUSB3`;
    const presence = sysfs([bridge]);
    expect((await presence.at('/dev/ttyUSB3'))?.chain).toBe('usb2:pci0000:00/0000:00:14.0:4.2:1.0');
    expect(await presence.at('/dev/ttyUSB4')).toBeUndefined();
    expect(await presence.at('/dev/pts/3')).toBeUndefined();
  });

  it('is controller, speed, chain of hub ports and interface', async () => {
    const bridge = `${CONTROLLER}/usb1/1-4/1-4.2/1-4.2:1.0/ttyUSB3/tty/ttyUSB3`;
    const cdc = `${CONTROLLER}/usb2/2-1/2-1:1.0/tty/ttyACM0`;
    const speeds = { [`${CONTROLLER}/usb1/speed`]: '480', [`${CONTROLLER}/usb2/speed`]: '5000' };
    expect(await chains([bridge, cdc], speeds)).toEqual({
      '/dev/ttyUSB3': 'usb2:pci0000:00/0000:00:14.0:4.2:1.0',
      '/dev/ttyACM0': 'usb3:pci0000:00/0000:00:14.0:1:1.0',
    });
  });

  it('stays when the system numbers bus and port anew', async () => {
    const before = await chains([`${CONTROLLER}/usb1/1-4/1-4:1.0/ttyUSB0/tty/ttyUSB0`]);
    const after = await chains([`${CONTROLLER}/usb7/7-4/7-4:1.0/ttyUSB5/tty/ttyUSB5`]);
    expect(after['/dev/ttyUSB5']).toBe(before['/dev/ttyUSB0']);
  });

  it('tells the two root hubs of one controller apart', async () => {
    const ports = [
      `${CONTROLLER}/usb1/1-4/1-4:1.0/ttyUSB0/tty/ttyUSB0`,
      `${CONTROLLER}/usb2/2-4/2-4:1.0/ttyUSB1/tty/ttyUSB1`,
    ];
    const found = await chains(ports, { [`${CONTROLLER}/usb2/speed`]: '10000' });
    expect(new Set(Object.values(found)).size).toBe(2);
  });

  it('tells the ports of a chip with several UARTs apart, by interface or by number', async () => {
    const chip = `${CONTROLLER}/usb1/1-3/1-3:1.0`;
    const numbers = {
      [`${chip}/ttyUSB0/tty/ttyUSB0/device/port_number`]: '0',
      [`${chip}/ttyUSB1/tty/ttyUSB1/device/port_number`]: '1',
    };
    const found = await chains(
      [
        `${chip}/ttyUSB0/tty/ttyUSB0`,
        `${chip}/ttyUSB1/tty/ttyUSB1`,
        `${CONTROLLER}/usb1/1-3/1-3:1.1/ttyUSB2/tty/ttyUSB2`,
      ],
      numbers,
    );
    expect(Object.values(found)).toEqual([
      'usb2:pci0000:00/0000:00:14.0:3:1.0#0',
      'usb2:pci0000:00/0000:00:14.0:3:1.0#1',
      'usb2:pci0000:00/0000:00:14.0:3:1.1',
    ]);
  });

  it('is that of the device for a UART on the board', async () => {
    const uart = 'devices/platform/soc/fe201000.serial/tty/ttyAMA0';
    expect(await chains([uart])).toEqual({ '/dev/ttyAMA0': 'bus:platform/soc/fe201000.serial' });
  });
});

describe('a scan on Linux', () => {
  it('leaves out consoles and UARTs that are not there', async () => {
    const ports = [
      'devices/virtual/tty/tty1',
      'devices/platform/serial8250/tty/ttyS0',
      'devices/platform/serial8250/tty/ttyS1',
      'devices/platform/serial8250/tty/ttyS2',
    ];
    const types = {
      'devices/platform/serial8250/tty/ttyS0/type': '4',
      'devices/platform/serial8250/tty/ttyS1/type': '0',
    };
    expect(Object.keys(await chains(ports, types))).toEqual(['/dev/ttyS0']);
  });

  it('finds nothing where there is no sysfs', async () => {
    expect(await createSysfsPresence({ sys: join(tmpdir(), 'there-is-no-such-sysfs') }).scan()).toEqual([]);
  });
});
