/** An emulated chip on a pseudo-terminal and a station in another process, with modem lines and rate between them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import { MAC } from '../../support/esp32/chip.ts';
import { hasModemShim, openModemLines } from '../../support/esp32/modem-lines.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A station of a few lines over the real serialport: does what it is told, says what it hears, in hex. */
const STATION = `
const { SerialPort } = require('serialport');
const port = new SerialPort({ path: process.argv[1], baudRate: 115200 });
const say = (event) => process.stdout.write(JSON.stringify(event) + '\\n');
port.on('open', () => say({ open: true }));
port.on('data', (bytes) => say({ heard: bytes.toString('hex') }));
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { set, write, baudRate, get } = JSON.parse(line);
  if (set) port.set(set, (error) => say({ set: error ? error.message : true }));
  if (get) port.get((error, lines) => say({ got: error ? error.message : lines }));
  if (write) port.write(Buffer.from(write, 'hex'));
  if (baudRate) port.update({ baudRate }, () => say({ baudRate }));
});
`;

const SYNC = `c0000824000000000007071220${'55'.repeat(32)}c0`;

interface Station {
  readonly child: ChildProcess;
  tell(order: object): void;
  until(isSo: (said: string) => boolean): Promise<string>;
}

async function onBench(): Promise<{ station: Station; chip: ReturnType<typeof createEmulatedEsp32> }> {
  const line = await createPtyLine();
  const chip = createEmulatedEsp32({ line, mac: MAC });
  const lines = await openModemLines([{ chip, line }]);
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['-e', STATION, line.path], {
    cwd: ROOT,
    env: { PATH, ...lines.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    lines.close();
    chip.close();
  });
  return { station: stationOf(child), chip };
}

function stationOf(child: ChildProcess): Station {
  let said = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    said += text;
    for (const look of waiting) look();
  });
  return {
    child,
    tell: (order) => child.stdin?.write(`${JSON.stringify(order)}\n`),
    until: (isSo) =>
      new Promise((found) => {
        const look = () => {
          if (!isSo(said)) return;
          waiting.delete(look);
          found(said);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function intoDownload({ tell, until }: Station): Promise<void> {
  await until((said) => said.includes('"open"'));
  tell({ set: { dtr: false, rts: true } });
  await until((said) => said.split('"set":true').length > 1);
  tell({ set: { dtr: true, rts: false } });
  await until((said) => heard(said).includes('waiting for download'));
}

function heard(said: string): string {
  const parts = [...said.matchAll(/"heard":"([0-9a-f]*)"/g)].map(([, hex]) => Buffer.from(hex!, 'hex'));
  return Buffer.concat(parts).toString('latin1');
}

it.skipIf(!hasModemShim)(
  'is reset into its loader by a station in another process, through the real serialport',
  async () => {
    const { station, chip } = await onBench();
    await intoDownload(station);
    station.tell({ get: true });
    expect(await station.until((said) => said.includes('"got"'))).toContain('"cts"');
    station.tell({ write: SYNC });
    await station.until((said) => heard(said).split('\xc0\x01\x08').length === 9);
    expect(chip.received).toEqual(['SYNC']);
    expect(chip.uart.stationRate).toBe(115_200);
  },
);

it.skipIf(!hasModemShim)('hears garbage from a station at another rate', async () => {
  const { station, chip } = await onBench();
  await intoDownload(station);
  for (const baudRate of [921_600, 1_234_567]) {
    station.tell({ baudRate });
    await station.until((said) => said.includes(`"baudRate":${baudRate}`));
    expect(chip.uart.stationRate).toBe(baudRate);
  }
  station.tell({ write: SYNC });
  await expect.poll(() => chip.uart.passed.in).toBe(SYNC.length / 2);
  station.tell({ baudRate: 115_200 });
  await station.until((said) => said.includes('"baudRate":115200'));
  station.tell({ write: SYNC });
  await station.until((said) => heard(said).includes('\xc0\x01\x08'));
  expect(chip.received).toEqual(['SYNC']);
});

it.skipIf(!hasModemShim)('has its lines dropped when the station is killed', async () => {
  const { station, chip } = await onBench();
  await intoDownload(station);
  expect(chip.signals).toEqual({ dtr: true, rts: false });
  const dropped = new Promise<void>((resolve) => {
    const set = chip.setSignals.bind(chip);
    chip.setSignals = (signals) => {
      set(signals);
      resolve();
    };
  });
  station.child.kill('SIGKILL');
  await dropped;
  expect(chip.signals).toEqual({ dtr: false, rts: false });
  expect(chip.mode).toBe('download');
});
