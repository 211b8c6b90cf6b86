/**
 * The place of a port on Linux, from its path in sysfs: controller, USB speed domain, chain of hub ports, interface, and
 * for chips with several UARTs the number of the port. The number of the bus is left out: it is given at run time.
 * Must not: read anything that belongs to the unit (serial number, product), for the place stays when the unit goes.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** `…/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2/1-4.2:1.0/…`: controller, root hub, interface. */
const USB = /^(.*)\/(usb\d+)\/(?:.*\/)?\d+-([\d.]+):(\d+\.\d+)(?:\/|$)/;
const SUPER_SPEED_MBIT = 5000;

/** The chain of the tty whose device directory this is; `sys` is where sysfs is mounted. */
export async function chainOf(device: string, sys: string): Promise<string | undefined> {
  const match = USB.exec(device);
  if (match === null) return `bus:${below(sys, dirname(dirname(device)))}`;
  const [, controller = '', hub = '', ports = '', usbInterface = ''] = match;
  const domain = await speedDomain(join(controller, hub));
  const number = await readText(join(device, 'device/port_number'));
  const port = number === undefined ? '' : `#${number}`;
  return `usb${domain}:${below(sys, controller)}:${ports}:${usbInterface}${port}`;
}

/** 2 or 3: the two root hubs of one controller count their ports separately. */
async function speedDomain(hub: string): Promise<2 | 3> {
  const speed = Number(await readText(join(hub, 'speed')));
  return speed >= SUPER_SPEED_MBIT ? 3 : 2;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

function below(root: string, path: string): string {
  const devices = join(root, 'devices') + sep;
  return path.startsWith(devices) ? path.slice(devices.length) : path;
}
