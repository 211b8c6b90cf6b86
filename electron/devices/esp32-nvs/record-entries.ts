/**
 * The record as entries of a namespace, and back: what firmware reads. The keys are those of the canonical record; `dig`, its
 * digest, stands last and tells a whole record from one that was cut off.
 * Must not: take a set of entries for a record where a value is missing or of another type.
 */
import { decode } from 'cborg';
import type { Digest } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { Payload } from '../../station/ports.ts';
import { digestOf, recordBytes } from '../canonical-record.ts';
import { blobValue, integerValue, isInteger, type NvsEntry, stringValue, textOf } from './nvs/types.ts';

const DIGEST_KEY = 'dig';
const TEXT_KEYS = ['cid', 'kid', 'iid', 'ep', 'un'] as const;
const PORT_KEY = 'port';
const POSSESSION_KEYS = ['key', 'pw'] as const;

/** The canonical bytes, read back out of the entries, and what they hash to. The caller wipes the bytes. */
export interface FoundRecord {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Whether the stored digest says the same; undefined where none is stored. */
  readonly isSealed: boolean | undefined;
}

export function recordEntries(payload: Payload): NvsEntry[] {
  const record = decode(payload.bytes.reveal()) as Readonly<Record<string, unknown>>;
  const possession = POSSESSION_KEYS.find((key) => key in record) ?? 'pw';
  return [
    ...TEXT_KEYS.map((key) => ({ key, value: stringValue(String(record[key])) })),
    { key: PORT_KEY, value: integerValue('u16', Number(record[PORT_KEY])) },
    { key: possession, value: stringValue(String(record[possession])) },
    { key: DIGEST_KEY, value: blobValue(Buffer.from(payload.digest, 'hex')) },
  ];
}

/** Undefined where the entries are no whole record. Others beside it are the firmware's own. */
export function findRecord(entries: readonly NvsEntry[]): FoundRecord | undefined {
  const text = (key: string) => {
    const entry = entries.find((each) => each.key === key);
    return entry && textOf(entry.value);
  };
  const [clientId, deviceAccessKeyId, instanceId, brokerHost, username] = TEXT_KEYS.map(text);
  const port = entries.find(({ key }) => key === PORT_KEY)?.value;
  const held = POSSESSION_KEYS.filter((key) => text(key) !== undefined);
  const [possession] = held;
  if (possession === undefined || held.length > 1 || port === undefined || !isInteger(port)) return undefined;
  if (clientId === undefined || deviceAccessKeyId === undefined || instanceId === undefined) return undefined;
  if (brokerHost === undefined || username === undefined) return undefined;
  const bytes = recordBytes({
    clientId,
    deviceAccessKeyId,
    instanceId,
    brokerHost,
    brokerPort: Number(port.value),
    username,
    kind: possession === 'key' ? 'secret' : 'password',
    possession: new Secret(text(possession) ?? ''),
  });
  const digest = digestOf(bytes);
  return { bytes, digest, isSealed: isSealedBy(entries, digest) };
}

function isSealedBy(entries: readonly NvsEntry[], digest: Digest): boolean | undefined {
  const stored = entries.find(({ key }) => key === DIGEST_KEY)?.value;
  if (stored === undefined) return undefined;
  return stored.type === 'blob' && Buffer.from(stored.data).equals(Buffer.from(digest, 'hex'));
}

/** As large as a record can become: what a partition must have room for before a credential is asked for. */
export function largestEntries(): NvsEntry[] {
  const lengths = { cid: 64, kid: 64, iid: 64, ep: 253, un: 160, key: 64 };
  return [
    ...Object.entries(lengths).map(([key, length]) => ({ key, value: stringValue('x'.repeat(length)) })),
    { key: PORT_KEY, value: integerValue('u16', 0) },
    { key: DIGEST_KEY, value: blobValue(Buffer.alloc(32)) },
  ];
}
