/**
 * SMP at the device end: takes a packet apart, runs the command, puts the reply together. Knows the one command of SMP's
 * own that a unit needs, OS reset. Source: device protocol, framing (header), errors.
 */
import { decode, encode } from 'cborg';
import { StorageFailure } from './flash.ts';
import {
  COMMANDS,
  type CommandName,
  type Fields,
  ProvisioningDevice,
  RC,
  Refusal,
} from './provisioning-device.ts';

export interface Served {
  readonly name: CommandName | 'reset' | 'unknown';
  /** Undefined where the payload is no map. */
  readonly fields: Fields | undefined;
}

const GROUP = 0x4b42;
const NOT_SUPPORTED = 8;

/** What a packet asks for, or undefined where it is no SMP request of version 1 at all. */
export function readRequest(packet: readonly number[]): Served | undefined {
  const [first = 0, , lengthHigh = 0, lengthLow = 0, groupHigh = 0, groupLow = 0, , command = 0] = packet;
  if (packet.length < 8 || first >> 3 !== 1) return undefined;
  const op = first & 7;
  const payload = Uint8Array.from(packet.slice(8));
  if (payload.length !== lengthHigh * 256 + lengthLow || (op !== 0 && op !== 2)) return undefined;
  const group = groupHigh * 256 + groupLow;
  const fields = readFields(payload);
  if (group === 0 && command === 5 && op === 2) return { name: 'reset', fields };
  const name = COMMANDS[command];
  if (group !== GROUP || name === undefined || !ProvisioningDevice.isCommand(command, op)) {
    return { name: 'unknown', fields };
  }
  return { name, fields };
}

/** Unknown keys are the command's to ignore. */
function readFields(payload: Uint8Array): Fields | undefined {
  try {
    const map = decode(payload, { useMaps: true });
    if (!(map instanceof Map)) return undefined;
    return Object.fromEntries([...map].filter(([key]) => typeof key === 'string'));
  } catch {
    return undefined;
  }
}

/** The reply's fields to a request. What else the flash throws (a power cut) passes through. */
export function serve(device: ProvisioningDevice, { name, fields }: Served): Fields {
  if (name === 'unknown') return { rc: NOT_SUPPORTED };
  if (name === 'reset') return {};
  if (fields === undefined) return errorFields(RC.malformed);
  try {
    return device.run(name, fields);
  } catch (thrown) {
    if (thrown instanceof Refusal) return errorFields(thrown.rc);
    if (thrown instanceof StorageFailure) return errorFields(RC.storage);
    throw thrown;
  }
}

/** SMP v2's form of an error of our group. */
export function errorFields(rc: number): Fields {
  return { err: { group: GROUP, rc } };
}

/** The packet that answers `request` with these fields: group, sequence and command are echoed. */
export function replyPacket(request: readonly number[], fields: Fields): Uint8Array {
  const payload = encode(fields);
  const [first = 0, , , , groupHigh = 0, groupLow = 0, sequence = 0, command = 0] = request;
  const header = [
    first + 1,
    0,
    payload.length >> 8,
    payload.length & 0xff,
    groupHigh,
    groupLow,
    sequence,
    command,
  ];
  return Uint8Array.from([...header, ...payload]);
}
