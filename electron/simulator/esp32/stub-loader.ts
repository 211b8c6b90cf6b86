/**
 * Espressif's flasher stub as it behaves: status of two bytes, `value` zero, a block acknowledged when it has come and written
 * afterwards. An error of that writing is what the next request is answered with, which is then not carried out.
 * Must not: be there before its code was uploaded.
 */
import { OutOfFlash, SECTOR_SIZE } from './flash-array.ts';
import { FlashRead } from './flash-read.ts';
import type { Loader, LoaderHost, Served } from './loader.ts';
import { blockCheck, type OperationName, type Request, word } from './packet.ts';
import { StubWrite } from './stub-write.ts';

const OK = [0, 0];
const BAD_LENGTH = [0xc0, 0];
const BAD_CHECK = [0xc1, 0];
const INVALID_COMMAND = [0xc3, 0];
const FLASH_FAILED = [0xc4, 0];
const NOT_WRITING = [0xc6, 0];
const NOT_ENOUGH = [0xc8, 0];
const TOO_MUCH = [0xc9, 0];
const NOT_IMPLEMENTED = [0xff, 0];

const DATA_HEADER = 16;
const READ_BLOCK_MAX = 0x1000;

type Status = readonly number[];
interface Answer {
  readonly value?: number;
  readonly data?: Uint8Array;
  readonly times?: number;
  readonly afterwards?: () => Promise<Status> | Status;
}

export interface StubLoaderOptions {
  readonly host: LoaderHost;
  /** How often it answers SYNC: its source says eight, one measurement saw one. */
  readonly syncReplies: number;
}

export class StubLoader implements Loader {
  readonly #options: StubLoaderOptions;
  /** What writing after the last reply came to. */
  #carriedOver: Status = OK;
  #write: StubWrite | undefined;
  #read: FlashRead | undefined;

  constructor(options: StubLoaderOptions) {
    this.#options = options;
  }

  hear(frame: Uint8Array): boolean {
    if (this.#read === undefined) return false;
    this.#read.acknowledged(frame);
    if (this.#read.isOver) this.#read = undefined;
    return true;
  }

  async serve(request: Request): Promise<Served> {
    const carriedOver = this.#carriedOver;
    this.#carriedOver = OK;
    const answer = carriedOver[0] === 0 ? await this.#answer(request) : carriedOver;
    if (answer === undefined) return { replies: [] };
    if (isStatus(answer))
      return { replies: [{ op: request.op, value: 0, data: new Uint8Array(), status: answer }] };
    const { value = 0, data = new Uint8Array(), times = 1, afterwards } = answer;
    const replies = Array.from({ length: times }, () => ({ op: request.op, value, data, status: OK }));
    if (afterwards === undefined) return { replies };
    const after = async () => {
      this.#carriedOver = await afterwards();
    };
    return { replies, afterwards: after };
  }

  async #answer({ name, data, isWhole, check }: Request): Promise<Answer | Status | undefined> {
    if (!isWhole) return BAD_LENGTH;
    if (name === undefined) return INVALID_COMMAND;
    try {
      return await this.#carryOut(name, data, check);
    } catch (thrown) {
      if (thrown instanceof OutOfFlash) return FLASH_FAILED;
      throw thrown;
    }
  }

  async #carryOut(
    name: OperationName,
    data: Uint8Array,
    check: number,
  ): Promise<Answer | Status | undefined> {
    const { host, syncReplies } = this.#options;
    const length = LENGTHS[name];
    if (length !== undefined && !length.includes(data.length)) return BAD_LENGTH;
    switch (name) {
      case 'SYNC':
        return { times: syncReplies };
      case 'READ_REG':
        return { value: host.registers.read(word(data, 0)) };
      case 'WRITE_REG':
        if (data.length === 0 || data.length % 16 !== 0) return NOT_ENOUGH;
        for (let at = 0; at < data.length / 4; at += 4)
          host.registers.write(word(data, at), word(data, at + 1), word(data, at + 2));
        return {};
      case 'SPI_ATTACH':
      case 'SPI_SET_PARAMS':
        return {};
      case 'CHANGE_BAUDRATE':
        return { afterwards: () => this.#setRate(word(data, 0)) };
      case 'GET_SECURITY_INFO':
        return NOT_IMPLEMENTED;
      case 'READ_FLASH':
        return { afterwards: () => this.#startRead(data) };
      case 'SPI_FLASH_MD5':
        return { data: host.flash.md5(word(data, 0), word(data, 1)) };
      case 'ERASE_FLASH':
        await host.flash.eraseRange(0, host.flash.size);
        return {};
      case 'ERASE_REGION':
        if (word(data, 0) % SECTOR_SIZE !== 0 || word(data, 1) % SECTOR_SIZE !== 0) return BAD_LENGTH;
        await host.flash.eraseRange(word(data, 0), word(data, 0) + word(data, 1));
        return {};
      case 'RUN_USER_CODE':
        return undefined;
      default:
        return this.#writeOperation(name, data, check);
    }
  }

  async #writeOperation(name: OperationName, data: Uint8Array, check: number): Promise<Answer | Status> {
    switch (name) {
      case 'FLASH_BEGIN':
      case 'FLASH_DEFL_BEGIN':
        this.#write = new StubWrite({
          flash: this.#options.host.flash,
          size: word(data, 0),
          address: word(data, 3),
          isPacked: name === 'FLASH_DEFL_BEGIN',
        });
        await this.#write.begin();
        return {};
      case 'FLASH_DATA':
      case 'FLASH_DEFL_DATA':
        return this.#blockStatus(name, data, check) ?? { afterwards: () => this.#writeBlock(data) };
      case 'FLASH_END':
      case 'FLASH_DEFL_END':
        if (this.#write === undefined) return NOT_WRITING;
        if (this.#write.remaining !== 0) return BAD_LENGTH;
        this.#write = undefined;
        return {};
      default:
        return INVALID_COMMAND;
    }
  }

  /** Why a block is refused before it is written; undefined: it is not. */
  #blockStatus(name: OperationName, data: Uint8Array, check: number): Status | undefined {
    const isPacked = name === 'FLASH_DEFL_DATA';
    const block = data.subarray(DATA_HEADER);
    if (data.length < DATA_HEADER) return isPacked ? BAD_LENGTH : NOT_ENOUGH;
    if (this.#write === undefined) return NOT_WRITING;
    if (isPacked && this.#write.remaining === 0) return TOO_MUCH;
    if (word(data, 0) !== block.length) return TOO_MUCH;
    return blockCheck(block) === check ? undefined : BAD_CHECK;
  }

  async #writeBlock(data: Uint8Array): Promise<Status> {
    try {
      return (await this.#write?.add(word(data, 1), data.subarray(DATA_HEADER))) ?? OK;
    } catch (thrown) {
      if (thrown instanceof OutOfFlash) return FLASH_FAILED;
      throw thrown;
    }
  }

  #setRate(baudRate: number): Status {
    this.#options.host.setRate(baudRate);
    return OK;
  }

  #startRead(data: Uint8Array): Status {
    const [address, length, blockSize] = [word(data, 0), word(data, 1), word(data, 2)];
    const { flash, sendFrame } = this.#options.host;
    if (blockSize > READ_BLOCK_MAX || blockSize === 0) return BAD_LENGTH;
    if (address + length > flash.size) return FLASH_FAILED;
    const read = new FlashRead({ bytes: flash.read(address, length), blockSize, sendFrame });
    read.start();
    if (!read.isOver) this.#read = read;
    return OK;
  }
}

/** How long the data of an operation must be, where the stub insists. */
const LENGTHS: Partial<Record<OperationName, readonly number[]>> = {
  SYNC: [36],
  READ_REG: [4],
  SPI_ATTACH: [4],
  SPI_SET_PARAMS: [24],
  CHANGE_BAUDRATE: [8],
  GET_SECURITY_INFO: [0],
  READ_FLASH: [16],
  SPI_FLASH_MD5: [16],
  ERASE_REGION: [8],
  FLASH_BEGIN: [16, 20],
  FLASH_DEFL_BEGIN: [16, 20],
  FLASH_END: [4],
  FLASH_DEFL_END: [4],
};

function isStatus(answer: Answer | Status): answer is Status {
  return Array.isArray(answer);
}
