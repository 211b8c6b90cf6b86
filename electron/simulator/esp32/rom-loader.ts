/**
 * The loader in the ESP32's mask ROM, as measured: status of four bytes, SYNC answered eight times, `value` stale from the
 * last register read, an operation that it lacks answered under the operation before. What was not measured is marked.
 * Must not: know what a station wants with it.
 */
import { OutOfFlash } from './flash-array.ts';
import { Inflating } from './inflating.ts';
import type { Loader, LoaderHost, Served } from './loader.ts';
import { blockCheck, OPERATIONS, type OperationName, type Reply, type Request, word } from './packet.ts';
import { Upload } from './upload.ts';

const OK = [0, 0, 0, 0];
/** The message's length or a parameter is wrong; also what an unknown operation gets. */
const INVALID = [1, 5, 0, 0];
const FAILED = [1, 6, 0, 0];
const WRONG_CHECK = [1, 7, 0, 0];
const INFLATE_FAILED = [1, 0x0b, 0, 0];

const SYNC_REPLIES = 8;
const FLASH_BLOCK_MAX = 0x400;
/** Not measured: the block size that every host uses. */
const MEMORY_BLOCK_MAX = 0x1800;
const DATA_HEADER = 16;
const SLOW_READ_MAX = 64;

/** What secure download mode leaves. */
const SECURE: readonly OperationName[] = [
  'SYNC',
  'SPI_ATTACH',
  'SPI_SET_PARAMS',
  'CHANGE_BAUDRATE',
  'FLASH_BEGIN',
  'FLASH_DATA',
  'FLASH_END',
  'GET_SECURITY_INFO',
];
const SECURE_DOWNLOAD = 1 << 2;

type Answer = readonly number[] | { readonly data?: Uint8Array; readonly afterwards?: () => void };

interface FlashWrite {
  readonly blockSize: number;
  at: number;
  readonly inflating: Inflating | undefined;
  written: number;
}

export interface RomLoaderOptions {
  readonly host: LoaderHost;
  readonly isSecureDownload: boolean;
  readonly cryptCount: number;
}

export class RomLoader implements Loader {
  readonly #options: RomLoaderOptions;
  readonly #memory: Upload[] = [];
  #value = 0;
  #lastOp = 0;
  #isAttached = false;
  #write: FlashWrite | undefined;

  constructor(options: RomLoaderOptions) {
    this.#options = options;
  }

  async serve(request: Request): Promise<Served> {
    const answer = await this.#answer(request);
    if (answer === undefined) return this.#unknown();
    this.#lastOp = request.op;
    const isDone = !isStatus(answer);
    const reply: Reply = {
      op: request.op,
      value: this.#value,
      data: isDone ? (answer.data ?? new Uint8Array()) : new Uint8Array(),
      status: isDone ? OK : answer,
    };
    const times = request.name === 'SYNC' && isDone ? SYNC_REPLIES : 1;
    const replies = Array.from({ length: times }, () => reply);
    return isDone && answer.afterwards !== undefined
      ? { replies, afterwards: answer.afterwards }
      : { replies };
  }

  /** The reply's header is left from the operation before; after a SYNC it is repeated as that was. */
  #unknown(): Served {
    const reply: Reply = { op: this.#lastOp, value: this.#value, data: new Uint8Array(), status: INVALID };
    const times = this.#lastOp === OPERATIONS.SYNC ? SYNC_REPLIES : 1;
    return { replies: Array.from({ length: times }, () => reply) };
  }

  async #answer(request: Request): Promise<Answer | undefined> {
    const { name, data, isWhole } = request;
    const { isSecureDownload } = this.#options;
    if (name === undefined || (isSecureDownload && !SECURE.includes(name))) return undefined;
    if (!isWhole) return INVALID;
    try {
      return await this.#carryOut(name, data, request.check);
    } catch (thrown) {
      if (thrown instanceof OutOfFlash) return FAILED;
      throw thrown;
    }
  }

  async #carryOut(name: OperationName, data: Uint8Array, check: number): Promise<Answer | undefined> {
    const { host } = this.#options;
    switch (name) {
      case 'SYNC':
        if (data.length !== 36) return INVALID;
        this.#value = word(data, 0);
        return {};
      case 'READ_REG':
        if (data.length !== 4) return INVALID;
        this.#value = host.registers.read(word(data, 0));
        return {};
      case 'WRITE_REG':
        if (data.length === 0 || data.length % 16 !== 0) return INVALID;
        for (let at = 0; at < data.length / 4; at += 4)
          host.registers.write(word(data, at), word(data, at + 1), word(data, at + 2));
        return {};
      case 'MEM_BEGIN':
        return this.#memoryBegin(data);
      case 'MEM_DATA':
        return this.#memoryData(data, check);
      case 'MEM_END':
        return this.#memoryEnd(data);
      case 'SPI_ATTACH':
        if (data.length !== 8) return INVALID;
        this.#isAttached = true;
        return {};
      case 'SPI_SET_PARAMS':
        return data.length === 24 ? {} : INVALID;
      case 'CHANGE_BAUDRATE':
        if (data.length !== 8) return INVALID;
        return { afterwards: () => host.setRate(word(data, 0)) };
      case 'GET_SECURITY_INFO':
        return this.#securityInfo();
      default:
        return this.#flashOperation(name, data, check);
    }
  }

  #memoryBegin(data: Uint8Array): Answer {
    const [size, blocks, blockSize, address] = [word(data, 0), word(data, 1), word(data, 2), word(data, 3)];
    if (data.length !== 16 || blockSize > MEMORY_BLOCK_MAX || size > blocks * blockSize) return INVALID;
    this.#memory.push(new Upload({ address, size, blocks, blockSize }));
    return {};
  }

  #memoryData(data: Uint8Array, check: number): Answer {
    const block = blockOf(data);
    if (block === undefined) return INVALID;
    if (blockCheck(block) !== check) return WRONG_CHECK;
    const upload = this.#memory.at(-1);
    if (upload === undefined) return FAILED;
    return upload.put(word(data, 1), block) ? {} : INVALID;
  }

  #memoryEnd(data: Uint8Array): Answer {
    if (data.length !== 8) return INVALID;
    const stays = word(data, 0) !== 0;
    return stays ? {} : { afterwards: () => this.#options.host.jump(word(data, 1), this.#memory) };
  }

  /** The ESP32's own ROM has no such operation; chips that have secure download mode do. */
  #securityInfo(): Answer | undefined {
    if (!this.#options.isSecureDownload) return undefined;
    const info = Buffer.alloc(20);
    info.writeUInt32LE(SECURE_DOWNLOAD, 0);
    info.writeUInt8(this.#options.cryptCount, 4);
    return { data: info };
  }

  async #flashOperation(name: OperationName, data: Uint8Array, check: number): Promise<Answer | undefined> {
    const { flash, startApplication } = this.#options.host;
    // Not measured: which error an unattached flash gives.
    if (FLASH_OPERATIONS.has(name) && !this.#isAttached) return FAILED;
    switch (name) {
      case 'FLASH_BEGIN':
      case 'FLASH_DEFL_BEGIN':
        return this.#flashBegin(data, name === 'FLASH_DEFL_BEGIN');
      case 'FLASH_DATA':
      case 'FLASH_DEFL_DATA':
        return this.#flashData(data, check, name === 'FLASH_DEFL_DATA');
      case 'FLASH_END':
      case 'FLASH_DEFL_END':
        if (data.length !== 4) return INVALID;
        if (this.#write === undefined) return FAILED;
        this.#write = undefined;
        return word(data, 0) === 0 ? { afterwards: () => startApplication() } : {};
      case 'SPI_FLASH_MD5':
        if (data.length !== 16) return INVALID;
        return { data: Buffer.from(flash.md5(word(data, 0), word(data, 1)).toString('hex'), 'latin1') };
      case 'READ_FLASH_SLOW':
        if (data.length !== 8 || word(data, 1) > SLOW_READ_MAX) return INVALID;
        return { data: flash.read(word(data, 0), word(data, 1)) };
      default:
        return undefined;
    }
  }

  async #flashBegin(data: Uint8Array, isPacked: boolean): Promise<Answer> {
    // A host may add a word that asks for encryption, as later chips take it.
    if (data.length !== 16 && data.length !== 20) return INVALID;
    const [size, blockSize, at] = [word(data, 0), word(data, 2), word(data, 3)];
    if (blockSize > FLASH_BLOCK_MAX) return INVALID;
    await this.#options.host.flash.eraseRange(at, at + size);
    this.#write = { blockSize, at, inflating: isPacked ? new Inflating() : undefined, written: 0 };
    return {};
  }

  /** Written before it is answered. */
  async #flashData(data: Uint8Array, check: number, isPacked: boolean): Promise<Answer> {
    const block = blockOf(data);
    const write = this.#write;
    if (block === undefined) return INVALID;
    if (blockCheck(block) !== check) return WRONG_CHECK;
    if (write === undefined || isPacked !== (write.inflating !== undefined)) return FAILED;
    if (block.length > write.blockSize) return INVALID;
    const out = write.inflating === undefined ? block : write.inflating.add(block)?.subarray(write.written);
    if (out === undefined) return INFLATE_FAILED;
    await this.#options.host.flash.program(write.at, out);
    write.at += out.length;
    write.written += out.length;
    return {};
  }
}

const FLASH_OPERATIONS: ReadonlySet<OperationName> = new Set([
  'FLASH_BEGIN',
  'FLASH_DATA',
  'FLASH_DEFL_BEGIN',
  'FLASH_DEFL_DATA',
  'SPI_FLASH_MD5',
  'READ_FLASH_SLOW',
]);

function isStatus(answer: Answer): answer is readonly number[] {
  return Array.isArray(answer);
}

/** The block behind its header of four words; undefined where its length is not what the header says. */
function blockOf(data: Uint8Array): Uint8Array | undefined {
  const block = data.subarray(DATA_HEADER);
  return data.length >= DATA_HEADER && word(data, 0) === block.length ? block : undefined;
}
