/**
 * Who the chip is, and whether it may be written at all: kind, MAC, revision, and the security eFuses. Source: ESP32 technical
 * reference, eFuse block 0; ESP-IDF, flash encryption (an odd number of ones in FLASH_CRYPT_CNT means on).
 * Must not: write to anything, or read a secured chip any further than it takes to refuse it.
 */
import { ESPError, MissingChipIdError, type ROM, UnsupportedCommandError } from 'esptool-js';
import { CHIP_DEFS } from 'esptool-js/lib/targets/index.js';
import { StationError } from '../../../domain/errors.ts';
import { type HardwareId, parseHardwareId } from '../../../domain/ids.ts';
import type { Loader } from './loader.ts';

export interface ChipIdentity {
  /** The MAC: twelve upper-case hex digits. */
  readonly hardwareId: HardwareId;
  /** Such as `ESP32`. */
  readonly model: string;
  readonly revision: string;
}

/** The first word of the ROM, by which the older chips are told. */
const MAGIC_ADDRESS = 0x4000_1000;
const BY_MAGIC = new Map<number, ROM>([
  [0x00f0_1d83, CHIP_DEFS.esp32],
  [0x0000_07c6, CHIP_DEFS.esp32s2],
]);
/** Newer ones name themselves in GET_SECURITY_INFO. */
const BY_ID: readonly ROM[] = [
  CHIP_DEFS.esp32s3,
  CHIP_DEFS.esp32c2,
  CHIP_DEFS.esp32c3,
  CHIP_DEFS.esp32c6,
  CHIP_DEFS.esp32h2,
];
const ESP32_EFUSE = 0x3ff5_a000;
const CRYPT_COUNT_SHIFT = 20;
const CRYPT_COUNT_MASK = 0x7f;

/** Rejects UNIT_UNKNOWN_CHIP or UNIT_SECURED. The loader knows its chip thereafter. */
export async function identifyChip(loader: Loader): Promise<ChipIdentity> {
  const chip = await detect(loader);
  loader.chip = chip;
  const isFirst = chip === CHIP_DEFS.esp32;
  if (!isFirst && (await loader.getSecurityInfo()).parsedFlags.SECURE_DOWNLOAD_ENABLE) {
    throw secured('secure-download');
  }
  const mac = await readMac(loader);
  const hardwareId = parseHardwareId(mac.replaceAll(':', '').toUpperCase());
  if (hardwareId === undefined) throw new StationError('UNIT_HARDWARE_ID_INVALID', { hardwareId: mac });
  const count = isFirst ? await esp32CryptCount(loader) : (await loader.getSecurityInfo()).flashCryptCnt;
  if (onesOf(count) % 2 === 1) throw secured('flash-encryption', hardwareId);
  const revision = await chip.getChipRevision?.(loader);
  return { hardwareId, model: chip.CHIP_NAME, revision: revision === undefined ? '?' : String(revision) };
}

/** Registers travel without a check: a MAC that was misread would be another unit's name for ever. */
async function readMac(loader: Loader): Promise<string> {
  const mac = await loader.chip.readMac(loader);
  if ((await loader.chip.readMac(loader)) !== mac) throw new ESPError('the MAC reads differently each time');
  return mac;
}

/** By the magic word first: the ESP32's ROM has no GET_SECURITY_INFO and answers to it with somebody else's reply, eight times. */
async function detect(loader: Loader): Promise<ROM> {
  const magic = await orSecured(loader.readReg(MAGIC_ADDRESS));
  const byMagic = BY_MAGIC.get(magic);
  if (byMagic !== undefined) return byMagic;
  try {
    const id = await loader.getChipId();
    const byId = BY_ID.find(({ IMAGE_CHIP_ID }) => IMAGE_CHIP_ID === id);
    if (byId !== undefined) return byId;
  } catch (thrown) {
    if (!(thrown instanceof UnsupportedCommandError || thrown instanceof MissingChipIdError)) throw thrown;
  }
  throw new StationError('UNIT_UNKNOWN_CHIP', { magic: magic.toString(16) });
}

/** A chip that lets nobody read a register. */
async function orSecured(reading: Promise<number>): Promise<number> {
  try {
    return await reading;
  } catch (thrown) {
    throw thrown instanceof UnsupportedCommandError ? secured('secure-download') : thrown;
  }
}

async function esp32CryptCount(loader: Loader): Promise<number> {
  return ((await loader.readReg(ESP32_EFUSE)) >>> CRYPT_COUNT_SHIFT) & CRYPT_COUNT_MASK;
}

function onesOf(value: number): number {
  let ones = 0;
  for (let rest = value; rest > 0; rest >>>= 1) ones += rest & 1;
  return ones;
}

function secured(protection: string, hardwareId?: HardwareId): StationError {
  return new StationError('UNIT_SECURED', {
    protection,
    ...(hardwareId === undefined ? {} : { hardwareId }),
  });
}
