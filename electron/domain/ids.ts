/**
 * The names that the domain tells things apart by, as branded strings: a hardware id cannot be handed in
 * where a ClientId is expected. Must not: alter a value to make it fit; it parses or it does not.
 */
declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** 1 to 32 characters of `[A-Za-z0-9_-]`, fixed for the life of a unit. Source: device protocol, `hw`. */
export type HardwareId = Branded<'HardwareId'>;
/** `<GroupId>@@@<DeviceId>`, at most 64 characters. Source: product limits of ApsaraMQ for MQTT. */
export type ClientId = Branded<'ClientId'>;
/** Lower-case hexadecimal SHA-256 (64 characters) of a record's bytes. */
export type Digest = Branded<'Digest'>;
/** One attempt at one unit in one slot. A PASS run's id is also its record's id. */
export type RunId = Branded<'RunId'>;

const HARDWARE_ID = /^[A-Za-z0-9_-]{1,32}$/;
const CLIENT_ID = /^GID[_-][A-Za-z0-9_-]{3,}@@@[A-Za-z0-9_-]+$/;
const GROUP_ID = /^GID[_-][A-Za-z0-9_-]{3,60}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** Longest ClientId that the broker accepts, in characters; a longer one cuts the connection. */
export const CLIENT_ID_MAX = 64;

export function parseHardwareId(text: string): HardwareId | undefined {
  return HARDWARE_ID.test(text) ? (text as HardwareId) : undefined;
}

export function parseClientId(text: string): ClientId | undefined {
  return text.length <= CLIENT_ID_MAX && CLIENT_ID.test(text) ? (text as ClientId) : undefined;
}

/** A GroupId: 7 to 64 characters, starting `GID_` or `GID-`. */
export function isGroupId(text: string): boolean {
  return GROUP_ID.test(text);
}

export function parseDigest(text: string): Digest | undefined {
  return DIGEST.test(text) ? (text as Digest) : undefined;
}

export function runId(text: string): RunId {
  return text as RunId;
}
