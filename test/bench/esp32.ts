/**
 * What a chip costs, step by step, against the time that its bytes take on the wire and the pauses that a reset needs; and the same
 * write by Espressif's own tools on the same emulated chip: esptool-js as it comes, and esptool where it is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ESPLoader, Transport } from 'esptool-js';
import { createEsp32Family } from '../../electron/devices/esp32-nvs/family.ts';
import type { DeviceCredential } from '../../electron/domain/credential.ts';
import { type ClientId, parseClientId } from '../../electron/domain/ids.ts';
import { Secret } from '../../electron/domain/secret.ts';
import { createEmulatedEsp32, type EmulatedEsp32 } from '../../electron/simulator/esp32/emulated-esp32.ts';
import { wiredSlot } from '../../electron/simulator/esp32/wired-slot.ts';
import { createMemoryLine } from '../../electron/simulator/units/memory-line.ts';
import { createPtyLine } from '../../electron/simulator/units/pty-line.ts';
import type { SlotPort } from '../../electron/station/ports.ts';
import { openModemLines } from '../support/esp32/modem-lines.ts';
import { webSerialPort } from '../support/esp32/web-serial.ts';
import { order } from '../support/order.ts';

/** A board: the ROM is up 30 ms after a reset; a sector takes 45 ms to erase, a page 0.7 ms to program. */
const BOARD = { isPaced: true, romStartMs: 30, flashTimes: { eraseMs: 45, programMs: 0.7 } };
const MAC = '240AC4010203';
const NVS = { address: 0x9000, size: 0x6000 };
const NEVER = new AbortController().signal;
const RUNS = 5;

export interface Step {
  readonly name: string;
  readonly ms: number;
  /** What its bytes took on the wire, both ways. */
  readonly wireMs: number;
}

export interface ChipFigures {
  readonly baudRate: number;
  readonly steps: readonly Step[];
  /** Until the record is written and read back, and the chip reset into its application. */
  readonly writeMs: number;
  /** The whole run, with restart, proof and the last reset. */
  readonly wholeMs: number;
  /** The same write by stock esptool-js, warm, and by esptool as a process; undefined where it is not installed. */
  readonly stockMs: number | undefined;
  readonly esptoolMs: number | undefined;
}

export async function benchChip(baudRate: number): Promise<ChipFigures> {
  const runs: Step[][] = [];
  const writes: number[] = [];
  const stock: number[] = [];
  let image: Uint8Array = new Uint8Array();
  for (let run = 0; run <= RUNS; run += 1) {
    const ours = await measured(baudRate);
    image = ours.image;
    const theirs = await stockWrite(image, baudRate);
    // The first warms up.
    if (run === 0) continue;
    runs.push(ours.steps);
    writes.push(ours.writeMs);
    if (theirs !== undefined) stock.push(theirs);
  }
  const steps = (runs[0] ?? []).map(({ name }, index) => ({
    name,
    ms: median(runs.map((run) => run[index]?.ms ?? 0)),
    wireMs: median(runs.map((run) => run[index]?.wireMs ?? 0)),
  }));
  return {
    baudRate,
    steps,
    writeMs: median(writes),
    wholeMs: Math.round(steps.reduce((sum, { ms }) => sum + ms, 0)),
    stockMs: stock.length > 0 ? median(stock) : undefined,
    esptoolMs: await esptoolWrite(image, baudRate),
  };
}

function boardInMemory(): { chip: EmulatedEsp32; slot: SlotPort } {
  const line = createMemoryLine('bench');
  const chip = createEmulatedEsp32({ line, mac: MAC, ...BOARD });
  return { chip, slot: wiredSlot(line.slot, chip) };
}

async function measured(baudRate: number) {
  const { chip, slot } = boardInMemory();
  const steps: Step[] = [];
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const [startedAt, before] = [performance.now(), chip.uart.passed.in + chip.uart.passed.out];
    const result = await work();
    const bytes = chip.uart.passed.in + chip.uart.passed.out - before;
    // The stub travels at the ROM's rate, and is most of what these two send.
    const rate = name === 'connect' || name === 'restart' ? 115_200 : baudRate;
    steps.push({ name, ms: performance.now() - startedAt, wireMs: (bytes * 10_000) / rate });
    return result;
  };
  const rules = { family: 'esp32-nvs', baudRate, bootTimeoutMs: 15_000 };
  const family = createEsp32Family();
  try {
    const session = await step('connect', () => family.connect(slot, { rules, waitMs: 10_000 }, NEVER));
    const payload = family.encode(credentialOf(), session.unit.hardwareId, order().order);
    await step('write', () => session.write(payload, () => {}, NEVER));
    const { boot } = session.unit;
    await step('restart', () => session.restart(NEVER));
    await step('prove', () => session.prove(payload, boot, NEVER));
    await step('close', () => session.close());
    const image = chip.flash.read(NVS.address, NVS.size);
    return { steps, image, writeMs: (steps[0]?.ms ?? 0) + (steps[1]?.ms ?? 0) + RESET_MS };
  } finally {
    chip.close();
  }
}

function credentialOf(): DeviceCredential {
  return {
    clientId: parseClientId(`GID_sensor@@@${MAC}`) as ClientId,
    instanceId: 'post-cn-0pp12gl0001',
    deviceAccessKeyId: 'DC.Z5fFcTvqyAAAAAAAAAAAAA',
    createTime: 0,
    updateTime: 0,
    deviceAccessKeySecret: new Secret('DC.BBBBBBBBBBBBBBBBBBBBBB'),
  };
}

/** The reset that ends a run of a flashing tool. */
const RESET_MS = 100;

async function stockWrite(image: Uint8Array, baudRate: number): Promise<number | undefined> {
  const { chip, slot } = boardInMemory();
  const startedAt = performance.now();
  const transport = new QuietTransport(webSerialPort(slot));
  const terminal = { clean: () => {}, write: () => {}, writeLine: () => {} };
  const loader = new ESPLoader({ transport, baudrate: baudRate, romBaudrate: 115_200, terminal });
  try {
    await loader.main('default_reset');
    await loader.writeFlash({
      fileArray: [{ data: image, address: NVS.address }],
      flashSize: 'keep',
      flashMode: 'keep',
      flashFreq: 'keep',
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (bytes) => createHash('md5').update(bytes).digest('hex'),
    });
    await loader.after('hard_reset');
    return performance.now() - startedAt;
  } catch {
    // It loses the stream's place now and then; such a run is not counted.
    return undefined;
  } finally {
    chip.close();
  }
}

class QuietTransport extends Transport {
  override trace(): void {}
}

async function esptoolWrite(image: Uint8Array, baudRate: number): Promise<number | undefined> {
  const tool = ['esptool', 'esptool.py'].find((name) => spawnSync(name, ['version']).status === 0);
  if (tool === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'keybench-bench-'));
  const line = await createPtyLine({ link: join(dir, 'port') });
  const chip = createEmulatedEsp32({ line, mac: MAC, ...BOARD });
  const lines = await openModemLines([{ chip, line }]);
  try {
    const path = join(dir, 'image.bin');
    writeFileSync(path, image);
    const args = ['--chip', 'esp32', '--port', line.path, '--baud', String(baudRate)];
    const times: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const startedAt = performance.now();
      const status = await ended(
        tool,
        [...args, 'write_flash', `0x${NVS.address.toString(16)}`, path],
        lines.env,
      );
      if (run > 0 && status === 0) times.push(performance.now() - startedAt);
    }
    return times.length > 0 ? median(times) : undefined;
  } finally {
    lines.close();
    chip.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function ended(
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number | null> {
  const child = spawn(tool, args, { env: { ...process.env, ...env }, stdio: 'ignore', timeout: 60_000 });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}
