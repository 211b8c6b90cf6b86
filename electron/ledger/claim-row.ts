/**
 * A claim as a row and as the domain's `Claim`, and what each event makes of it. Pure: the fold reads the row,
 * asks here, and writes the row back.
 * Must not: decide what to do next (that is domain/recovery.ts), only what has happened.
 */
import { type Claim, type ClaimState, isBegun, isWritten } from '../domain/claim.ts';
import { StationError } from '../domain/errors.ts';
import type { ClientId, Digest, HardwareId, RunId } from '../domain/ids.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { CredentialRow, RunRow } from './schema.ts';

/** The events that change a claim which exists. */
export type ClaimEvent = Exclude<
  Extract<JournalEvent, { clientId: ClientId }>,
  { readonly type: 'claim.made' }
>;

/** The claim that a row stands for. */
export function claimOfRow(row: CredentialRow): Claim {
  return {
    instanceId: row.instance_id,
    clientId: row.client_id as ClientId,
    hardwareId: row.hardware_id as HardwareId,
    state: row.state,
    ...(row.sequence === null ? {} : { sequence: row.sequence }),
    ...(row.requested_at === null ? {} : { requestedAt: row.requested_at }),
    ...refreshingOf(row),
    ...knownOf(row),
    ...(row.doubt === null ? {} : { doubt: row.doubt }),
    ...passedOf(row),
  };
}

function refreshingOf(row: CredentialRow): Pick<Claim, 'refreshing'> {
  const { refreshing_key_id: deviceAccessKeyId, refreshing_update_time: updateTime } = row;
  if (deviceAccessKeyId === null || updateTime === null) return {};
  return { refreshing: { deviceAccessKeyId, updateTime } };
}

function knownOf(row: CredentialRow): Pick<Claim, 'known'> {
  const { device_access_key_id: deviceAccessKeyId, create_time: createTime, update_time: updateTime } = row;
  const { tx, digest, recipe } = row;
  if (deviceAccessKeyId === null || createTime === null || updateTime === null) return {};
  if (tx === null || digest === null || recipe === null) return {};
  return { known: { deviceAccessKeyId, createTime, updateTime, tx, digest: digest as Digest, recipe } };
}

function passedOf(row: CredentialRow): Pick<Claim, 'passed'> {
  const { passed_record_id: recordId, passed_at: at, passed_order: orderNumber } = row;
  if (recordId === null || at === null || orderNumber === null) return {};
  const by = row.passed_operator === null ? {} : { operator: row.passed_operator };
  return { passed: { recordId: recordId as RunId, at, orderNumber, ...by } };
}

/** When and in which run an event happened. */
export interface Occasion {
  readonly at: string;
  readonly run: RunRow | undefined;
}

/** The row after `event`. Throws BUG where the event cannot have happened: see `sealed`. */
export function nextClaimRow(row: CredentialRow, event: ClaimEvent, occasion: Occasion): CredentialRow {
  const { at, run } = occasion;
  const isVerdict = event.type === 'unit.doubted' || event.type === 'unit.confirmed';
  const worked = isVerdict ? {} : { changed_at: at, order_number: run?.order_number ?? row.order_number };
  const next = { ...row, ...worked, ...changeOf(row, event, occasion) };
  const isInDoubt = isBegun(next.state) || next.doubt !== null;
  return { ...next, in_doubt_since: isInDoubt ? (row.in_doubt_since ?? at) : null };
}

const NOT_PASSED = {
  passed_record_id: null,
  passed_at: null,
  passed_order: null,
  passed_operator: null,
} as const;
const NOT_REFRESHING = { refreshing_key_id: null, refreshing_update_time: null } as const;

function changeOf(row: CredentialRow, event: ClaimEvent, occasion: Occasion): Partial<CredentialRow> {
  switch (event.type) {
    case 'credential.requested': {
      const first = row.state === 'requested' ? row.requested_at : null;
      const requested_at = first ?? Math.round(event.serverTime);
      return { ...NOT_PASSED, ...NOT_REFRESHING, state: 'requested', requested_at };
    }
    case 'credential.refused':
      return { ...NOT_PASSED, ...NOT_REFRESHING, state: 'refused', requested_at: null };
    case 'credential.refresh-requested':
      return {
        ...NOT_PASSED,
        state: 'refresh-requested',
        requested_at: Math.round(event.serverTime),
        refreshing_key_id: event.deviceAccessKeyId,
        refreshing_update_time: event.updateTime,
      };
    case 'credential.known':
      return known(row, event);
    case 'unit.erase-requested':
      return { ...NOT_PASSED, state: 'erase-requested' };
    case 'unit.written':
      return confirmed(row, event, 'written');
    case 'unit.proved':
      return confirmed(row, event, 'proved');
    case 'unit.lock-requested':
      return confirmed(row, event, 'lock-requested');
    case 'unit.doubted':
      return { doubt: event.code };
    case 'unit.confirmed':
      return { doubt: null };
    case 'run.passed':
      return sealed(row, occasion);
    default:
      return unreachable(event);
  }
}

/**
 * A record that is known again, because the unit came back, does not undo that the unit once confirmed it:
 * else a unit that lost it would look like one that never had it. A new proof is asked for in any case.
 */
function known(
  row: CredentialRow,
  event: Extract<ClaimEvent, { type: 'credential.known' }>,
): Partial<CredentialRow> {
  if (event.hardwareId !== row.hardware_id) throw impossible(row, event.type, 'another unit');
  const isSame =
    row.device_access_key_id === event.deviceAccessKeyId &&
    row.update_time === event.updateTime &&
    row.digest === event.digest;
  return {
    ...NOT_PASSED,
    ...NOT_REFRESHING,
    state: isSame && isWritten(row.state) ? 'written' : 'known',
    device_access_key_id: event.deviceAccessKeyId,
    create_time: event.createTime,
    update_time: event.updateTime,
    tx: event.tx,
    digest: event.digest,
    recipe: event.recipe,
    origin: event.origin,
  };
}

/** A unit can only confirm the record that was known before. */
function confirmed(
  row: CredentialRow,
  event: { readonly type: string; readonly digest: Digest },
  state: ClaimState,
): Partial<CredentialRow> {
  if (row.digest === null) throw impossible(row, event.type, 'no known record');
  if (row.digest !== event.digest) throw impossible(row, event.type, 'another digest');
  return { ...NOT_PASSED, state };
}

/** Green needs a proof on disk. */
function sealed(row: CredentialRow, { at, run }: Occasion): Partial<CredentialRow> {
  if (row.state !== 'proved' && row.state !== 'lock-requested') {
    throw impossible(row, 'run.passed', `claim is ${row.state}`);
  }
  if (run === undefined) throw impossible(row, 'run.passed', 'no such run');
  return {
    state: 'passed',
    doubt: null,
    passed_record_id: run.id,
    passed_at: at,
    passed_order: run.order_number,
    passed_operator: run.operator,
  };
}

function impossible(row: CredentialRow, event: string, why: string): StationError {
  return new StationError('BUG', { what: `${event}: ${why}`, clientId: row.client_id });
}

function unreachable(event: never): never {
  throw new StationError('BUG', { what: 'unknown event', event: JSON.stringify(event) });
}
