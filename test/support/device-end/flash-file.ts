/**
 * What the flash file of the device end in C holds, read without its code. Source: the layout at the head of
 * test/firmware/src/kb_bank.c. Must not: repair anything; a record that is not what its own header says is an error.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

export interface FlashContent {
  /** The committed record; undefined: none. */
  readonly record: Uint8Array | undefined;
  readonly isLocked: boolean;
}

const MAGIC = 0x4b42_5231;
const COMMITTED = 0xc011_7ede;
const LOCKED = 0x5a1e_c0de;
const HEAD = 64;
/** Four tries of a mark, each in eight bytes. */
const MARKS = 4;
const MARK = 8;
const DATA = 384;

/** Throws where a committed record does not hash to its own digest: a mixture of two, or half of one. */
export function readFlash(file: string): FlashContent {
  const nothing = { record: undefined, isLocked: false };
  if (!existsSync(file)) return nothing;
  const flash = readFileSync(file);
  const half = flash.length / 2;
  const banks = [flash.subarray(0, half), flash.subarray(half)].filter((bank) => isMarked(bank, COMMITTED));
  const newest = banks.sort((a, b) => b.readUInt32LE(4) - a.readUInt32LE(4))[0];
  const length = newest?.readUInt32LE(8) ?? 0;
  if (newest === undefined || length === 0) return nothing;
  const record = Uint8Array.from(newest.subarray(DATA, DATA + length));
  if (!createHash('sha256').update(record).digest().equals(newest.subarray(28, 60))) {
    throw new Error('the committed record in the flash does not have its digest');
  }
  return { record, isLocked: isMarked(newest, LOCKED) };
}

/** A mark repeats the CRC of the header that it stands for, plain and inverted, before its kind. */
function isMarked(bank: Buffer, kind: number): boolean {
  if (bank.readUInt32LE(0) !== MAGIC) return false;
  const crc = bank.readUInt16LE(60);
  const from = HEAD + (kind === LOCKED ? MARKS * MARK : 0);
  for (let at = from; at < from + MARKS * MARK; at += MARK) {
    const isThis = bank.readUInt16BE(at) === crc && bank.readUInt16BE(at + 2) === (crc ^ 0xffff);
    if (isThis && bank.readUInt32BE(at + 4) === kind) return true;
  }
  return false;
}
