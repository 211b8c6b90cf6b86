/**
 * The requests of the provisioning group, with the bytes that go out and the reading of what comes back.
 * Source: device protocol, group 0x4B42 and timing.
 * Must not: put a value of the record, a nonce or a proof into a note: notes go into transcripts.
 */
import { encode, rfc8949EncodeOptions } from 'cborg';
import { StationError } from '../../domain/errors.ts';
import type { CborMap } from './cbor-read.ts';
import { asBytes, asUint, type Hello, readHello } from './hello.ts';

/** The application group of the provisioning protocol. */
const GROUP = 0x4b42;
/** SMP's own group for the operating system, and its reset. */
const OS_GROUP = 0;
const OS_RESET = 5;

export interface Request<T> {
  readonly name: string;
  readonly op: 'read' | 'write';
  readonly group: number;
  readonly command: number;
  /** Milliseconds until the reply must begin, beside the wire time of both packets. */
  readonly timeoutMs: number;
  readonly payload: Uint8Array;
  /** What a transcript says of the request, and of its reply. */
  readonly note: string;
  describe(reply: T): string;
  /** Checks and takes what the reply says; throws UNIT_PROTOCOL or UNIT_HARDWARE_ID_INVALID. */
  read(reply: CborMap): T;
}

const QUICK_MS = 300;
const FLASH_MS = 5000;

/** Definite-length, deterministic encoding: keys in the bytewise order of their encodings (RFC 8949 §4.2.1). */
export function encodeMap(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return encode(fields, rfc8949EncodeOptions);
}

export function helloRequest(): Request<Hello> {
  return {
    ...ours('hello', 'read', 0, QUICK_MS, {}),
    read: readHello,
    describe: ({ hardwareId, model, firmware, state, boot, digest }) =>
      `hw=${hardwareId} model=${model} fw=${firmware} state=${state} boot=${boot} dig=${digest ?? '-'}`,
  };
}

export interface RecordName {
  readonly tx: string;
  readonly hardwareId: string;
  readonly digest: string;
  /** Length of the record in bytes. */
  readonly length: number;
}

export function beginRequest({ tx, hardwareId, digest, length }: RecordName): Request<number> {
  const fields = { tx: fromHex(tx), hw: hardwareId, sv: 1, len: length, dig: fromHex(digest) };
  const note = `begin tx=${tx} hw=${hardwareId} sv=1 len=${length} dig=${digest}`;
  return { ...ours('begin', 'write', 1, FLASH_MS, fields, note), ...OFFSET };
}

export function putRequest(tx: string, offset: number, data: Uint8Array): Request<number> {
  const note = `put tx=${tx} off=${offset} data=${data.length} bytes`;
  return { ...ours('put', 'write', 2, QUICK_MS, { tx: fromHex(tx), off: offset, data }, note), ...OFFSET };
}

/** The reply is the digest that the unit confirms, as hex. */
export function commitRequest(tx: string): Request<string> {
  return {
    ...ours('commit', 'write', 3, FLASH_MS, { tx: fromHex(tx) }, `commit tx=${tx}`),
    read: (reply) => toHex(field('commit', 'dig', asBytes(reply.get('dig'), 32))),
    describe: (digest) => `dig=${digest}`,
  };
}

export interface Proof {
  readonly mac: Uint8Array;
  /** Hex, 8 bytes. */
  readonly boot: string;
  /** Hex, 32 bytes. */
  readonly digest: string;
}

export function proveRequest(nonce: Uint8Array): Request<Proof> {
  return {
    ...ours('prove', 'read', 4, QUICK_MS, { nonce }),
    read: (reply) => ({
      mac: field('prove', 'mac', asBytes(reply.get('mac'), 32)),
      boot: toHex(field('prove', 'boot', asBytes(reply.get('boot'), 8))),
      digest: toHex(field('prove', 'dig', asBytes(reply.get('dig'), 32))),
    }),
    describe: ({ boot, digest }) => `boot=${boot} dig=${digest}`,
  };
}

export function lockRequest(): Request<void> {
  return { ...ours('lock', 'write', 6, FLASH_MS, {}), ...NOTHING };
}

export function eraseRequest(): Request<void> {
  return { ...ours('erase', 'write', 7, FLASH_MS, {}), ...NOTHING };
}

/** SMP's own OS reset: the unit answers and then restarts, up to a second later. */
export function resetRequest(): Request<void> {
  const request = ours('reset', 'write', OS_RESET, QUICK_MS, {});
  return { ...request, group: OS_GROUP, ...NOTHING };
}

const OFFSET = {
  read: (reply: CborMap): number => field('begin or put', 'off', asUint(reply.get('off'))),
  describe: (offset: number) => `off=${offset}`,
};

const NOTHING = { read: (_reply: CborMap): void => undefined, describe: () => 'done' };

function ours(
  name: string,
  op: 'read' | 'write',
  command: number,
  timeoutMs: number,
  fields: Readonly<Record<string, unknown>>,
  note: string = name,
) {
  return { name, op, group: GROUP, command, timeoutMs, payload: encodeMap(fields), note };
}

function field<T>(message: string, name: string, value: T | undefined): T {
  if (value === undefined) throw new StationError('UNIT_PROTOCOL', { message, field: name });
  return value;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
