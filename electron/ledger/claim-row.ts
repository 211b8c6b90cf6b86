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
    changedAt: row.changed_at,
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

/** What of a claim's row an event may hang on. */
export const CLAIM_FACTS = [
  'instance_id',
  'client_id',
  'hardware_id',
  'state',
  'order_number',
  'requested_at',
  'device_access_key_id',
  'update_time',
  'digest',
  'doubt',
  'in_doubt_since',
  'passed_order',
] as const satisfies readonly (keyof CredentialRow)[];
export type ClaimFacts = Pick<CredentialRow, (typeof CLAIM_FACTS)[number]>;
export type ClaimChange = Partial<Omit<CredentialRow, 'instance_id' | 'client_id' | 'hardware_id'>>;

/** When and in which run an event happened. */
export interface Occasion {
  readonly at: string;
  readonly run: Pick<RunRow, 'id' | 'order_number' | 'operator'> | undefined;
}

/** What `event` changes in the row. Throws BUG where the event cannot have happened. */
export function changeOfClaim(claim: ClaimFacts, event: ClaimEvent, occasion: Occasion): ClaimChange {
  const { at, run } = occasion;
  const isVerdict = event.type === 'unit.doubted' || event.type === 'unit.confirmed';
  const worked = isVerdict ? {} : { changed_at: at, order_number: run?.order_number ?? claim.order_number };
  const change = { ...worked, ...leaving(claim, event), ...particularsOf(claim, event, occasion) };
  const { state, doubt } = { ...claim, ...change };
  const isInDoubt = isBegun(state) || doubt !== null;
  return { ...change, in_doubt_since: isInDoubt ? (claim.in_doubt_since ?? at) : null };
}

/** What was true of a state that the claim leaves. */
function leaving({ state }: ClaimFacts, { type }: ClaimEvent): ClaimChange {
  if (type === 'unit.doubted' || type === 'unit.confirmed') return {};
  if (state === 'refresh-requested') return { refreshing_key_id: null, refreshing_update_time: null };
  if (state !== 'passed') return {};
  return { passed_record_id: null, passed_at: null, passed_order: null, passed_operator: null };
}

function particularsOf(claim: ClaimFacts, event: ClaimEvent, occasion: Occasion): ClaimChange {
  switch (event.type) {
    case 'credential.requested': {
      const first = claim.state === 'requested' ? claim.requested_at : null;
      return { state: 'requested', requested_at: first ?? Math.round(event.serverTime) };
    }
    case 'credential.refused':
      return { state: 'refused', requested_at: null };
    case 'credential.refresh-requested':
      return {
        state: 'refresh-requested',
        requested_at: Math.round(event.serverTime),
        refreshing_key_id: event.deviceAccessKeyId,
        refreshing_update_time: event.updateTime,
      };
    case 'credential.known':
      return known(claim, event);
    case 'unit.erase-requested':
      return { state: 'erase-requested' };
    case 'unit.written':
      return confirmed(claim, event, 'written');
    case 'unit.proved':
      return confirmed(claim, event, 'proved');
    case 'unit.lock-requested':
      return confirmed(claim, event, 'lock-requested');
    case 'unit.doubted':
      return { doubt: event.code };
    case 'unit.confirmed':
      return { doubt: null };
    case 'run.passed':
      return sealed(claim, occasion);
    default:
      return unreachable(event);
  }
}

/**
 * A record that is known again, because the unit came back, does not undo that the unit once confirmed it:
 * else a unit that lost it would look like one that never had it. A new proof is asked for in any case.
 */
function known(claim: ClaimFacts, event: Extract<ClaimEvent, { type: 'credential.known' }>): ClaimChange {
  if (event.hardwareId !== claim.hardware_id) throw impossible(claim, event.type, 'another unit');
  const isSame =
    claim.device_access_key_id === event.deviceAccessKeyId &&
    claim.update_time === event.updateTime &&
    claim.digest === event.digest;
  return {
    state: isSame && isWritten(claim.state) ? 'written' : 'known',
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
  claim: ClaimFacts,
  event: { readonly type: string; readonly digest: Digest },
  state: ClaimState,
): ClaimChange {
  if (claim.digest === null) throw impossible(claim, event.type, 'no known record');
  if (claim.digest !== event.digest) throw impossible(claim, event.type, 'another digest');
  return { state };
}

/** Green needs a proof on disk. */
function sealed(claim: ClaimFacts, { at, run }: Occasion): ClaimChange {
  if (claim.state !== 'proved' && claim.state !== 'lock-requested') {
    throw impossible(claim, 'run.passed', `claim is ${claim.state}`);
  }
  if (run === undefined) throw impossible(claim, 'run.passed', 'no such run');
  return {
    state: 'passed',
    doubt: null,
    passed_record_id: run.id,
    passed_at: at,
    passed_order: run.order_number,
    passed_operator: run.operator,
  };
}

function impossible(claim: ClaimFacts, event: string, why: string): StationError {
  return new StationError('BUG', { what: `${event}: ${why}`, clientId: claim.client_id });
}

function unreachable(event: never): never {
  throw new StationError('BUG', { what: 'unknown event', event: JSON.stringify(event) });
}
