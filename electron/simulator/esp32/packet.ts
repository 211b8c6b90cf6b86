/**
 * Requests and replies of the loader protocol: request `00 op size16 check32 data`, reply `01 op size16 value32
 * data+status`, little-endian. Must not: know what an operation does.
 */
export const HEADER_SIZE = 8;

/** The operations by the names of Espressif's documentation. */
export const OPERATIONS = {
  FLASH_BEGIN: 0x02,
  FLASH_DATA: 0x03,
  FLASH_END: 0x04,
  MEM_BEGIN: 0x05,
  MEM_END: 0x06,
  MEM_DATA: 0x07,
  SYNC: 0x08,
  WRITE_REG: 0x09,
  READ_REG: 0x0a,
  SPI_SET_PARAMS: 0x0b,
  SPI_ATTACH: 0x0d,
  READ_FLASH_SLOW: 0x0e,
  CHANGE_BAUDRATE: 0x0f,
  FLASH_DEFL_BEGIN: 0x10,
  FLASH_DEFL_DATA: 0x11,
  FLASH_DEFL_END: 0x12,
  SPI_FLASH_MD5: 0x13,
  GET_SECURITY_INFO: 0x14,
  ERASE_FLASH: 0xd0,
  ERASE_REGION: 0xd1,
  READ_FLASH: 0xd2,
  RUN_USER_CODE: 0xd3,
} as const;

export type OperationName = keyof typeof OPERATIONS;

const NAMES = new Map<number, OperationName>(
  (Object.keys(OPERATIONS) as OperationName[]).map((name) => [OPERATIONS[name], name]),
);

export interface Request {
  readonly op: number;
  /** undefined: an operation that no loader has. */
  readonly name: OperationName | undefined;
  readonly check: number;
  readonly data: Uint8Array;
  /** Whether the length field says what came. */
  readonly isWhole: boolean;
}

export interface Reply {
  readonly op: number;
  readonly value: number;
  readonly data: Uint8Array;
  readonly status: readonly number[];
}

/** undefined: no request. */
export function readRequest(frame: Uint8Array): Request | undefined {
  if (frame.length < HEADER_SIZE || frame[0] !== 0) return undefined;
  const view = viewOf(frame);
  const op = view.getUint8(1);
  const data = frame.subarray(HEADER_SIZE);
  return {
    op,
    name: NAMES.get(op),
    check: view.getUint32(4, true),
    data,
    isWhole: view.getUint16(2, true) === data.length,
  };
}

export function replyBytes({ op, value, data, status }: Reply): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + data.length + status.length);
  const view = viewOf(bytes);
  view.setUint8(0, 1);
  view.setUint8(1, op);
  view.setUint16(2, data.length + status.length, true);
  view.setUint32(4, value, true);
  bytes.set(data, HEADER_SIZE);
  bytes.set(status, HEADER_SIZE + data.length);
  return bytes;
}

/** The check of a data block: XOR of its bytes, from 0xEF. */
export function blockCheck(bytes: Uint8Array): number {
  return bytes.reduce((check, byte) => check ^ byte, 0xef);
}

/** The nth 32-bit word of a request's data; 0 where it is too short. */
export function word(data: Uint8Array, index: number): number {
  return data.length < 4 * index + 4 ? 0 : viewOf(data).getUint32(4 * index, true);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
