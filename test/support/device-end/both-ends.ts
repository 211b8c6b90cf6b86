/**
 * The same requests to both device ends: the emulator's protocol part in this process, and the C program on its
 * pseudo-terminal without anything in between. Must not: know what an answer should be.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'cborg';
import { onTestFinished } from 'vitest';
import { LineReader, toLines } from '../../../electron/simulator/units/console-frame.ts';
import { Flash } from '../../../electron/simulator/units/flash.ts';
import { ProvisioningDevice } from '../../../electron/simulator/units/provisioning-device.ts';
import { RecordStore } from '../../../electron/simulator/units/record-store.ts';
import { readRequest, replyPacket, serve } from '../../../electron/simulator/units/smp-server.ts';
import { HARDWARE_ID, payloadOf } from '../units.ts';
import { Life } from './life.ts';

export const CHUNK = 96;
export const CAPABILITIES = ['prove', 'lock', 'erase'] as const;
const GROUP = 0x4b42;
/** A unit that answers nothing; far above what a busy machine needs. */
const SILENCE_MS = 5_000;

/** A request before it has a sequence number; `payload`: a map, or the very bytes. */
export interface Ask {
  readonly op: number;
  readonly group?: number;
  readonly command: number;
  readonly payload: object | Uint8Array;
}

type Answering = (packet: readonly number[]) => Promise<readonly number[]>;

export const records = (['password', 'secret'] as const).map((kind) => {
  const bytes = Uint8Array.from(payloadOf(HARDWARE_ID, kind).bytes.reveal());
  const dig = sha256(bytes);
  const tx = sha256(Buffer.concat([Buffer.from(`${HARDWARE_ID}\0`), dig])).subarray(0, 16);
  return { bytes, dig, tx };
});

/** Says each request to both; gives both answers as text, in which only random numbers are left out. */
export async function bothEnds(): Promise<{
  say(ask: Ask): Promise<readonly [string, string]>;
  end(): void;
}> {
  const ends = [emulator(), await program()] as const;
  let sequence = 0;
  return {
    async say({ op, group = GROUP, command, payload }) {
      const body = payload instanceof Uint8Array ? payload : encode(payload);
      const length = [body.length >> 8, body.length & 0xff];
      sequence = (sequence + 1) & 0xff;
      const head = [8 | op, 0, ...length, group >> 8, group & 0xff, sequence, command];
      const packet = [...head, ...body];
      return [textOf(await ends[0].answer(packet)), textOf(await ends[1].answer(packet))];
    },
    end: () => ends[1].end(),
  };
}

function emulator(): { readonly answer: Answering } {
  const draw = () => Uint8Array.from(randomBytes(8));
  const facts = { hardwareId: HARDWARE_ID, model: 'm', firmware: '1', chunk: CHUNK, recordMax: 3712 };
  const store = new RecordStore({ flash: new Flash() });
  const device = new ProvisioningDevice({
    facts: { ...facts, capabilities: CAPABILITIES },
    store,
    boot: draw(),
  });
  return {
    async answer(packet) {
      const request = readRequest(packet);
      if (request === undefined) return [];
      const reply = replyPacket(packet, serve(device, request));
      if (request.name === 'reset') device.restart(draw());
      return [...reply];
    },
  };
}

async function program(): Promise<{ readonly answer: Answering; end(): void }> {
  const home = mkdtempSync(join(tmpdir(), 'keybench-both-'));
  const reader = new LineReader();
  let onPacket: (packet: readonly number[]) => void = () => {};
  let onBoot: () => void = () => {};
  const booted = () =>
    new Promise<void>((resolve) => {
      onBoot = resolve;
    });
  const started = booted();
  const facts = ['--hw', HARDWARE_ID, '--model', 'm', '--fw', '1', '--chunk', String(CHUNK)];
  const files = ['--boot-delay', '0', '--link', join(home, 'port'), '--flash', join(home, 'flash')];
  const life = new Life({
    args: [...facts, ...files],
    events: {
      onBytes: (bytes) => {
        for (const packet of reader.take(bytes)) onPacket(packet);
      },
      onPort: () => {},
      onPortGone: () => {},
      onBoot: () => onBoot(),
      onPowerFailed: () => {},
      onBroken: (words) => {
        throw new Error(words);
      },
    },
  });
  const end = () => {
    life.cut();
    void life.gone.then(() => rmSync(home, { recursive: true, force: true }));
  };
  onTestFinished(end);
  await started;
  return {
    end,
    async answer(packet) {
      // What is no request is not answered, and nothing follows by which that could be seen: hello is asked behind it.
      const isRequest = readRequest(packet) !== undefined;
      const restarted = readRequest(packet)?.name === 'reset' ? booted() : undefined;
      const asked = isRequest ? packet : [8, 0, 0, 1, GROUP >> 8, GROUP & 0xff, 0, 0, 0xa0];
      const answered = new Promise<readonly number[]>((resolve) => {
        onPacket = resolve;
        setTimeout(() => resolve([]), SILENCE_MS).unref();
      });
      if (!isRequest) life.write(framed(packet));
      life.write(framed(asked));
      const answer = await answered;
      await restarted;
      return isRequest || answer[6] !== 0 ? answer : [];
    },
  };
}

function framed(packet: readonly number[]): Uint8Array {
  return Buffer.from(`\n${toLines(Uint8Array.from(packet)).join('')}`, 'latin1');
}

/** Header and fields; the numbers that are drawn or depend on such are left out. */
function textOf(packet: readonly number[]): string {
  if (packet.length === 0) return 'nothing';
  const fields = decode(Uint8Array.from(packet.slice(8))) as Readonly<Record<string, unknown>>;
  const shown = Object.entries(fields).map(([name, value]) => {
    if (name === 'boot' || name === 'mac') return [name, (value as Uint8Array).length];
    return [name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value];
  });
  return `${packet.slice(0, 2)} ${packet.slice(4, 8)} ${JSON.stringify(Object.fromEntries(shown))}`;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}
