/**
 * What a unit says of itself, read with every type checked. Source: device protocol, group 0x4B42, hello.
 * Must not: guess at a value that does not fit; such a unit cannot be worked with.
 */
import { StationError } from '../../domain/errors.ts';
import { parseDigest, parseHardwareId } from '../../domain/ids.ts';
import type { UnitHolding } from '../../domain/recovery.ts';
import type { Capability, UnitReport } from '../../station/ports.ts';
import type { CborMap } from './cbor-read.ts';

export interface Hello extends UnitReport {
  /** Most bytes of data in one put. */
  readonly chunk: number;
}

const VERSION = 1;
const STATES: readonly UnitHolding['state'][] = ['blank', 'staged', 'committed', 'locked'];
const CAPABILITIES: readonly Capability[] = ['prove', 'lock', 'erase'];

/** Throws UNIT_PROTOCOL, or UNIT_HARDWARE_ID_INVALID, with the field that does not fit. */
export function readHello(reply: CborMap): Hello {
  const version = required('v', asUint(reply.get('v')));
  if (version !== VERSION) throw new StationError('UNIT_PROTOCOL', { message: 'hello', version });
  const hardware = required('hw', asText(reply.get('hw')));
  const hardwareId = parseHardwareId(hardware);
  if (hardwareId === undefined) {
    throw new StationError('UNIT_HARDWARE_ID_INVALID', { hardwareId: printable(hardware) });
  }
  const chunk = required('chunk', asUint(reply.get('chunk')));
  if (chunk < 1) throw new StationError('UNIT_PROTOCOL', { message: 'hello', field: 'chunk', chunk });
  optional('tx', reply.get('tx'), (value) => asBytes(value, 16));
  const digest = optional('dig', reply.get('dig'), (value) => asDigest(value));
  return {
    hardwareId,
    model: required('model', asText(reply.get('model'))),
    firmware: required('fw', asText(reply.get('fw'))),
    chunk,
    capabilities: required('caps', asCapabilities(reply.get('caps'))),
    state: required(
      'state',
      STATES.find((state) => state === reply.get('state')),
    ),
    boot: Buffer.from(required('boot', asBytes(reply.get('boot'), 8))).toString('hex'),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** An unsigned integer; one beyond 2^53 as the largest safe integer, for it is only ever compared. */
export function asUint(value: unknown): number | undefined {
  if (typeof value === 'bigint') return value >= 0n ? Number.MAX_SAFE_INTEGER : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function asBytes(value: unknown, length: number): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === length ? value : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asDigest(value: unknown) {
  const bytes = asBytes(value, 32);
  return bytes && parseDigest(Buffer.from(bytes).toString('hex'));
}

/** Capabilities that we do not know are of a later protocol: left out. */
function asCapabilities(value: unknown): ReadonlySet<Capability> | undefined {
  if (!Array.isArray(value) || value.some((name) => typeof name !== 'string')) return undefined;
  return new Set(CAPABILITIES.filter((name) => value.includes(name)));
}

function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw new StationError('UNIT_PROTOCOL', { message: 'hello', field });
  return value;
}

function optional<T>(field: string, value: unknown, take: (value: unknown) => T | undefined): T | undefined {
  return value === undefined ? undefined : required(field, take(value));
}

/** At most 64 characters, with whatever would upset a terminal shown as `?`. */
function printable(text: string): string {
  return text.slice(0, 64).replace(/[^\x20-\x7e]/g, '?');
}
