/**
 * One way from a port to a chip whose flash can be read: into the loader, who is it, the stub, the partition. The same for the
 * first meeting and for every later one.
 * Must not: write to the flash, or go on with another chip than the one that is expected.
 */
import { StationError } from '../../domain/errors.ts';
import type { HardwareId } from '../../domain/ids.ts';
import type { Transcript } from '../../station/ports.ts';
import { enterLoader, loaderFault } from './loader/enter.ts';
import { readFlash } from './loader/flash.ts';
import { type ChipIdentity, identifyChip } from './loader/identify.ts';
import type { LinkTransport } from './loader/link-transport.ts';
import { type Loader, ROM_BAUD } from './loader/loader.ts';
import { startStub } from './loader/stub.ts';
import {
  choosePartition,
  hasNvsKeys,
  type Partition,
  parsePartitionTable,
  TABLE_OFFSET,
  TABLE_SIZE,
} from './partition-table.ts';

export interface OpenChip {
  readonly loader: Loader;
  readonly identity: ChipIdentity;
  readonly partition: Partition;
  /** A ROM answered: the chip has started anew since. A stub that answers was there before. */
  readonly isFresh: boolean;
}

export interface OpenOptions {
  readonly transport: LinkTransport;
  /** From 0: which way of resetting is tried. */
  readonly attempt: number;
  /** For the stub; without modem lines it keeps the ROM's, at which it and a ROM are told apart until somebody resets it. */
  readonly baudRate: number;
  readonly label: string;
  readonly transcript?: Transcript | undefined;
  /** UNIT_CHANGED where another chip answers. */
  readonly expected?: HardwareId | undefined;
  /** Another chip than this is waited for: of this one no more than its name is read. */
  readonly otherThan?: HardwareId | undefined;
}

export type Opened =
  | { readonly kind: 'open'; readonly chip: OpenChip }
  /** The chip that is not waited for is still there. */
  | { readonly kind: 'same' }
  | { readonly kind: 'none'; readonly booted: boolean };

/** Rejects with what stands in the way; see the error codes UNIT_*. */
export async function openChip(options: OpenOptions): Promise<Opened> {
  const { transport, attempt, transcript, label, expected, otherThan } = options;
  let step = 'enter';
  try {
    const entered = await enterLoader(transport, attempt);
    if (transport.hasLines === false && attempt === 0) {
      transcript?.note('line', 'the port has no modem lines: no reset; hold BOOT and press reset');
    }
    if (entered.kind === 'none') return entered;
    step = 'identify';
    const { loader } = entered;
    const identity = await identifyChip(loader);
    const { hardwareId, model, revision } = identity;
    transcript?.note('received', `${entered.kind}: ${model} revision ${revision} mac=${hardwareId}`);
    if (hardwareId === otherThan) return { kind: 'same' };
    if (expected !== undefined && hardwareId !== expected) {
      throw new StationError('UNIT_CHANGED', { expected, found: hardwareId });
    }
    step = 'stub';
    if (entered.kind === 'stub') loader.IS_STUB = true;
    else await startStub(loader, transport.hasLines === false ? ROM_BAUD : options.baudRate);
    transport.expect('stub');
    transcript?.note('received', `stub running at ${transport.baudrate} baud`);
    step = 'partition table';
    const rows = await readTable(loader);
    const partition = choosePartition(rows, label);
    const { offset, size } = partition;
    transcript?.note('received', `partition ${label}: 0x${offset.toString(16)}, ${size} bytes`);
    if (hasNvsKeys(rows)) {
      transcript?.note(
        'line',
        'there is an nvs_keys partition: firmware that encrypts NVS cannot read a record',
      );
    }
    return { kind: 'open', chip: { loader, identity, partition, isFresh: entered.kind === 'rom' } };
  } catch (thrown) {
    throw loaderFault(thrown, step);
  }
}

/** A table is short: it is read in pieces until it has ended. */
const TABLE_PIECE = 0x100;

async function readTable(loader: Loader): Promise<readonly Partition[] | undefined> {
  const table = Buffer.alloc(TABLE_SIZE, 0);
  for (let at = 0; at < TABLE_SIZE; at += TABLE_PIECE) {
    (await readFlash(loader, TABLE_OFFSET + at, TABLE_PIECE)).copy(table, at);
    const rows = parsePartitionTable(table.subarray(0, at + TABLE_PIECE));
    if (rows !== 'unfinished') return rows;
  }
  return undefined;
}
