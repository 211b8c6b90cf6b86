/**
 * What the loaders see of the chip's registers: the chip's magic value, the eFuses with the MAC, and as much of the SPI
 * controller as reading the flash's id takes. The values at rest are those of the recorded chip (a D0WD of revision 3).
 * Must not: answer for a loader; it only holds words.
 */
const MAGIC_ADDRESS = 0x4000_1000;
const EFUSE_BASE = 0x3ff5_a000;
const DATE_ADDRESS = 0x3ff6_607c;
const CLOCK_DIVIDER_ADDRESS = 0x3ff4_0014;
/** Where the ROM counts its crystal against the 8 MHz oscillator, whose own rate is in the low byte of eFuse word 4. */
const CALIBRATION_ADDRESS = 0x3ff5_f06c;
/** Together they tell 40 MHz: 2,048 × 50 × 15,625 / 40 (the sum that esptool does before it changes the ROM's rate). */
const CALIBRATION = 2048 << 7;
const OSCILLATOR = 50;
const SPI_BASE = 0x3ff4_2000;
const SPI_COMMAND_SET = SPI_BASE + 0x24;
const SPI_DATA = SPI_BASE + 0x80;
const SPI_EXECUTE = 1 << 18;
const READ_ID = 0x9f;

export const ESP32_MAGIC = 0x00f0_1d83;

export interface RegisterOptions {
  /** 12 hex digits, as printed on the chip. */
  readonly mac: string;
  /** What identifies the kind of chip. */
  readonly magic?: number;
  /** FLASH_CRYPT_CNT, 7 bits; an odd number of ones: flash encryption is on. */
  readonly cryptCount?: number;
  /** Words of eFuse block 0 instead of those that follow from the rest. */
  readonly eFuses?: Readonly<Record<number, number>>;
  /** What the flash answers to the id command, as one word. */
  readonly flashId?: number;
}

export class Registers {
  readonly #words = new Map<number, number>();
  readonly #flashId: number;

  constructor({
    mac,
    magic = ESP32_MAGIC,
    cryptCount = 0,
    eFuses = {},
    flashId = 0x16_40ef,
  }: RegisterOptions) {
    this.#flashId = flashId;
    const bytes = Buffer.from(mac, 'hex');
    if (bytes.length !== 6) throw new Error(`not a MAC: ${mac}`);
    this.#words.set(MAGIC_ADDRESS, magic);
    this.#words.set(DATE_ADDRESS, 0x9604_2000);
    // 40 MHz over 115,200, from which loaders tell the crystal.
    this.#words.set(CLOCK_DIVIDER_ADDRESS, 347);
    this.#words.set(CALIBRATION_ADDRESS, CALIBRATION);
    const block0: Record<number, number> = {
      0: ((cryptCount & 0x7f) << 20) >>> 0,
      1: bytes.readUInt32BE(2),
      2: (macCheck(bytes) << 16) | bytes.readUInt16BE(0),
      3: 0x8200,
      4: OSCILLATOR,
      5: 0x10_0000,
      ...eFuses,
    };
    for (const [index, value] of Object.entries(block0))
      this.#words.set(EFUSE_BASE + 4 * Number(index), value);
  }

  read(address: number): number {
    return this.#words.get(address) ?? 0;
  }

  write(address: number, value: number, mask = 0xffff_ffff): void {
    if (address === SPI_BASE) {
      if ((value & SPI_EXECUTE) !== 0) this.#runSpiCommand();
      return;
    }
    const kept = this.read(address) & ~mask;
    this.#words.set(address, ((value & mask) | kept) >>> 0);
  }

  #runSpiCommand(): void {
    const command = this.read(SPI_COMMAND_SET) & 0xff;
    this.#words.set(SPI_DATA, command === READ_ID ? this.#flashId : 0);
  }
}

/** CRC-8 of the MAC as the chip keeps it beside (polynomial 0x8C, reflected). */
function macCheck(mac: Uint8Array): number {
  let check = 0;
  for (const byte of mac) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = (check & 1) === 0 ? check >> 1 : (check >> 1) ^ 0x8c;
  }
  return check;
}
