/**
 * The record in the form that a profile asks for, and the digest by which a unit that holds it is recognised: of a file its
 * SHA-256, of single values that of their canonical form. Pure: the same credential and order give the same bytes.
 */
import { createHash } from 'node:crypto';
import type { DeviceCredential } from '../../domain/credential.ts';
import type { Digest, HardwareId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import type { Payload } from '../../station/ports.ts';
import { type RecordFields, recordFields, txOf } from '../record-fields.ts';
import { encode } from './encoders.ts';
import { allGroups } from './profile-parts.ts';
import type { Profile } from './profile-schema.ts';

type Source = Profile['record']['fields'][string];
export type FieldNames = readonly { readonly name: string; readonly source: Source }[];

export interface Field {
  readonly name: string;
  readonly text: Secret;
  readonly isSecret: boolean;
}

/** A payload with its single values, for profiles that write them one by one. */
export interface ScriptPayload extends Payload {
  readonly fields: readonly Field[];
  /** What must not be shown, whichever of it the unit gets. */
  readonly secrets: readonly Secret[];
}

/** The fields that the record has under an order with this payload, in the profile's order. */
export function fieldsFor(profile: Profile, payload: WorkOrder['payload']): FieldNames {
  return Object.entries(profile.record.fields)
    .map(([name, source]) => ({ name, source }))
    .filter(({ source }) => !isPossession(source) || source === 'possession' || source === payload);
}

export function isPossession(source: Source): boolean {
  return source === 'password' || source === 'secret' || source === 'possession';
}

export function encodeRecord(
  profile: Profile,
  credential: DeviceCredential,
  hardwareId: HardwareId,
  order: Pick<WorkOrder, 'broker' | 'payload'>,
): ScriptPayload {
  const known = recordFields(credential, order);
  const fields = fieldsFor(profile, order.payload).map(({ name, source }) => ({
    name,
    text: new Secret(textOf(known, source)),
    isSecret: isPossession(source),
  }));
  const pairs = fields.map(({ name, text }): [string, string] => [name, text.reveal()]);
  const numbers = fieldsFor(profile, order.payload)
    .filter(({ source }) => source === 'brokerPort')
    .map(({ name }) => name);
  const bytes = recordBytes(profile.record.form, pairs, numbers);
  const digested = isHeldByHash(profile)
    ? canonical(pairs.map(([name, text]) => [name, sha256(Buffer.from(text))]))
    : bytes;
  const digest = sha256(digested);
  return {
    bytes: new Secret(bytes),
    possession: known.possession,
    clientId: credential.clientId,
    hardwareId,
    digest: digest.toString('hex') as Digest,
    tx: txOf(hardwareId, digest),
    fields,
    secrets: [
      credential.deviceAccessKeySecret,
      recordFields(credential, { ...order, payload: 'password' }).possession,
    ],
  };
}

function textOf(known: RecordFields, source: Source): string {
  if (source === 'brokerPort') return String(known.brokerPort);
  return source === 'password' || source === 'secret' || source === 'possession'
    ? known.possession.reveal()
    : known[source];
}

function recordBytes(
  form: Profile['record']['form'],
  pairs: readonly [string, string][],
  numbers: readonly string[],
): Uint8Array {
  switch (form) {
    case 'json': {
      const members = pairs.map(([name, text]) => {
        return `${JSON.stringify(name)}:${numbers.includes(name) ? text : JSON.stringify(text)}`;
      });
      return Buffer.from(`{${members.join(',')}}\n`);
    }
    case 'env':
      return Buffer.concat(pairs.flatMap(([name, text]) => [line(name, text)]));
    case 'values':
      return canonical(pairs.map(([name, text]) => [name, Buffer.from(text)]));
  }
}

function line(name: string, text: string): Uint8Array {
  return Buffer.concat([
    Buffer.from(`${name}=`),
    encode(Buffer.from(text), ['sh_squote']),
    Buffer.from('\n'),
  ]);
}

/** For each value its name, a zero byte, its length as four bytes (big-endian), and itself. */
export function canonical(values: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return Buffer.concat(
    values.flatMap(([name, bytes]) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [Buffer.from(`${name}\0`), length, bytes];
    }),
  );
}

export function digestOf(bytes: Uint8Array): Digest {
  return sha256(bytes).toString('hex') as Digest;
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/**
 * Whether the unit gives no more than the SHA-256 of a value. Then the record's digest is made of those of all values, so that the
 * unit's answer is enough to know it by.
 */
export function isHeldByHash({ identify }: Profile): boolean {
  return allGroups(identify).includes('heldSha256');
}

/** A SHA-256 as a unit gives it, in hexadecimal or as its 32 bytes; undefined where it is none. */
export function sha256Said(said: Uint8Array): Buffer | undefined {
  const digits = Buffer.from(said).toString('latin1');
  if (/^[0-9A-Fa-f]{64}$/.test(digits)) return Buffer.from(digits, 'hex');
  return said.length === 32 ? Buffer.from(said) : undefined;
}
