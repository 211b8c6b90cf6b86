/**
 * The device end of the provisioning protocol: one request in, one reply out, over a record store. Written from the
 * protocol page alone. Source: device protocol, group 0x4B42, rules of the device end, errors.
 * Must not: know of lines, power or faults; a power cut passes through here as an exception.
 */
import { createHash } from 'node:crypto';
import { type DecodedRecord, decodeRecord, possessionMac } from './possession.ts';
import type { RecordStore } from './record-store.ts';

export interface DeviceFacts {
  readonly hardwareId: string;
  readonly model: string;
  readonly firmware: string;
  /** Most bytes of data in one put. */
  readonly chunk: number;
  readonly capabilities: readonly string[];
  /** Longest record that there is room for, in bytes. */
  readonly recordMax: number;
}

export const COMMANDS = ['hello', 'begin', 'put', 'commit', 'prove', 'readpub', 'lock', 'erase'] as const;
export type CommandName = (typeof COMMANDS)[number];
const READS: readonly CommandName[] = ['hello', 'prove', 'readpub'];

export const RC = {
  malformed: 1,
  wrongHardware: 2,
  otherRecord: 3,
  wrongOffset: 4,
  mismatch: 5,
  tooLarge: 6,
  storage: 7,
  locked: 8,
  noRecord: 9,
  schema: 10,
  notPermitted: 11,
} as const;

export type Fields = Readonly<Record<string, unknown>>;

/** The error number that a command ends with. */
export class Refusal extends Error {
  readonly rc: number;

  constructor(rc: number) {
    super(`rc ${rc}`);
    this.rc = rc;
  }
}

export class ProvisioningDevice {
  readonly facts: DeviceFacts;
  readonly #store: RecordStore;
  #boot: Uint8Array;

  constructor({ facts, store, boot }: { facts: DeviceFacts; store: RecordStore; boot: Uint8Array }) {
    this.facts = facts;
    this.#store = store;
    this.#boot = boot;
  }

  /** The firmware starts: eight bytes drawn anew. */
  restart(boot: Uint8Array): void {
    this.#boot = boot;
  }

  get boot(): Uint8Array {
    return this.#boot;
  }

  /** Whether a command with this op of SMP is one of ours: 0 is a read, 2 a write. */
  static isCommand(command: number, op: number): boolean {
    const name = COMMANDS[command];
    return name !== undefined && op === (READS.includes(name) ? 0 : 2);
  }

  /** The reply's fields. Throws Refusal, or what the flash throws. */
  run(name: CommandName, request: Fields): Fields {
    if (this.#store.isLocked && ['begin', 'put', 'commit', 'erase'].includes(name)) {
      throw new Refusal(RC.locked);
    }
    switch (name) {
      case 'hello':
        return this.#hello();
      case 'begin':
        return this.#begin(request);
      case 'put':
        return this.#put(request);
      case 'commit':
        return this.#commit(request);
      case 'prove':
        return this.#prove(request);
      case 'readpub':
        return this.#readPublic();
      case 'lock':
        return this.#lock();
      case 'erase':
        return this.#erase();
    }
  }

  #hello(): Fields {
    const { record, stage, isLocked } = this.#store;
    const { hardwareId, model, firmware, chunk, capabilities } = this.facts;
    const state = isLocked ? 'locked' : record ? 'committed' : stage ? 'staged' : 'blank';
    const tx = stage?.tx ?? record?.tx;
    return {
      v: 1,
      hw: hardwareId,
      model,
      fw: firmware,
      chunk,
      caps: capabilities,
      state,
      boot: this.#boot,
      ...(tx === undefined ? {} : { tx: fromHex(tx) }),
      ...(record === undefined ? {} : { dig: sha256(record.bytes) }),
    };
  }

  #begin(request: Fields): Fields {
    const tx = hexField(request, 'tx', 16);
    const digest = hexField(request, 'dig', 32);
    const length = uintField(request, 'len');
    if (typeof request.hw !== 'string') throw new Refusal(RC.malformed);
    if (request.hw !== this.facts.hardwareId) throw new Refusal(RC.wrongHardware);
    if (uintField(request, 'sv') !== 1) throw new Refusal(RC.schema);
    const { record, stage } = this.#store;
    if (record !== undefined) {
      if (record.tx !== tx) throw new Refusal(RC.otherRecord);
      return { off: record.bytes.length };
    }
    if (length > this.facts.recordMax) throw new Refusal(RC.tooLarge);
    if (stage?.tx === tx && stage.length === length && stage.digest === digest) {
      return { off: stage.bytes.length };
    }
    this.#store.begin(tx, length, digest);
    return { off: 0 };
  }

  #put(request: Fields): Fields {
    const tx = hexField(request, 'tx', 16);
    const offset = uintField(request, 'off');
    const { data } = request;
    if (!(data instanceof Uint8Array)) throw new Refusal(RC.malformed);
    if (data.length > this.facts.chunk) throw new Refusal(RC.tooLarge);
    const { record, stage } = this.#store;
    const known = [stage, record].find((holder) => holder?.tx === tx);
    if (known === undefined) throw new Refusal(RC.noRecord);
    const end = offset + data.length;
    const isDone = end <= known.bytes.length && Buffer.from(data).equals(known.bytes.subarray(offset, end));
    if (isDone) return { off: end };
    if (known !== stage || offset !== stage.bytes.length || end > stage.length) {
      throw new Refusal(RC.wrongOffset);
    }
    this.#store.put(offset, data);
    return { off: end };
  }

  #commit(request: Fields): Fields {
    const tx = hexField(request, 'tx', 16);
    const { record, stage } = this.#store;
    if (record?.tx === tx) return { dig: sha256(record.bytes) };
    if (stage?.tx !== tx) throw new Refusal(RC.noRecord);
    if (stage.bytes.length !== stage.length || sha256(stage.bytes).toString('hex') !== stage.digest) {
      this.#store.dropStage();
      throw new Refusal(RC.mismatch);
    }
    this.#store.commit(stage);
    const stored = this.#store.record;
    if (stored === undefined || !Buffer.from(stored.bytes).equals(stage.bytes)) throw new Refusal(RC.storage);
    return { dig: sha256(stored.bytes) };
  }

  #prove(request: Fields): Fields {
    const { nonce } = request;
    if (!(nonce instanceof Uint8Array) || nonce.length < 16 || nonce.length > 32) {
      throw new Refusal(RC.malformed);
    }
    const { bytes, record } = this.#committed();
    const digest = sha256(bytes);
    const { hardwareId } = this.facts;
    const mac = possessionMac(record, { hardwareId, digest, boot: this.#boot, nonce });
    return { mac, boot: this.#boot, dig: digest };
  }

  #readPublic(): Fields {
    const { cid, kid, iid, ep } = this.#committed().record;
    return { cid, kid, iid, ep };
  }

  #lock(): Fields {
    this.#committed();
    this.#store.lock();
    return {};
  }

  #erase(): Fields {
    this.#store.erase();
    return {};
  }

  #committed(): { bytes: Uint8Array; record: DecodedRecord } {
    const { record } = this.#store;
    if (record === undefined) throw new Refusal(RC.noRecord);
    return { bytes: record.bytes, record: decodeRecord(record.bytes) };
  }
}

function hexField(request: Fields, name: string, length: number): string {
  const value = request[name];
  if (!(value instanceof Uint8Array) || value.length !== length) throw new Refusal(RC.malformed);
  return Buffer.from(value).toString('hex');
}

function uintField(request: Fields, name: string): number {
  const value = request[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Refusal(RC.malformed);
  return value;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
