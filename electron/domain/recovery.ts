/**
 * The two recovery tables: what to do next, from what the ledger claims, what the cloud answers to Get, and
 * what the unit says. One rule for first tries, retries and restarts; recovery is not a mode.
 * Must not: ask anybody anything. The phases ask, in this order: ledger, unit, Get; only then Register.
 */
import { type Claim, isWritten } from './claim.ts';
import { type CredentialRef, isSameCredential } from './credential.ts';
import type { ErrorCode } from './errors.ts';
import type { Digest } from './ids.ts';

/** Milliseconds by which a credential may seem older than our request and still be ours. */
export const CREATED_TOLERANCE_MS = 5 * 60_000;

export type GetAnswer<C extends CredentialRef = CredentialRef> =
  | { readonly kind: 'found'; readonly credential: C }
  | { readonly kind: 'not-found' };

export type CloudDecision =
  /** Journal `requested`, then Register. */
  | { readonly do: 'register' }
  /** The credential found is ours: go on with it. */
  | { readonly do: 'use' }
  /** Found, and not made by this ledger: held if the unit proves it, else the order's `existing` rule. */
  | { readonly do: 'apply-existing-rule' }
  | { readonly do: 'stop'; readonly code: ErrorCode };

/** Table 1: the ledger's claim × what Get answers. A passed claim never comes here: it is not asked. */
export function decideCloud(claim: Claim | undefined, answer: GetAnswer): CloudDecision {
  switch (claim?.state) {
    case undefined:
    case 'claimed':
    case 'refused':
      return answer.kind === 'found' ? { do: 'apply-existing-rule' } : { do: 'register' };
    case 'requested':
      if (answer.kind === 'not-found') return { do: 'register' };
      return isOurs(claim.requestedAt, answer.credential.createTime)
        ? { do: 'use' }
        : { do: 'apply-existing-rule' };
    case 'refresh-requested':
      return afterRefresh(claim, answer);
    case 'known':
    case 'erase-requested':
    case 'written':
    case 'proved':
    case 'lock-requested':
    case 'passed':
      if (answer.kind === 'not-found') return { do: 'stop', code: 'CREDENTIAL_GONE' };
      return claim.known && isSameCredential(claim.known, answer.credential)
        ? { do: 'use' }
        : { do: 'stop', code: 'CREDENTIAL_CHANGED' };
  }
}

/** A Refresh whose answer was lost: done if the key is another one since; else it never happened. */
function afterRefresh(claim: Claim, answer: GetAnswer): CloudDecision {
  if (answer.kind === 'not-found') return { do: 'stop', code: 'CREDENTIAL_GONE' };
  if (claim.refreshing && isSameCredential(claim.refreshing, answer.credential)) {
    return { do: 'apply-existing-rule' };
  }
  return isOurs(claim.requestedAt, answer.credential.updateTime)
    ? { do: 'use' }
    : { do: 'stop', code: 'CREDENTIAL_CHANGED' };
}

/** Both times are the server's, in milliseconds. */
function isOurs(requestedAt: number | undefined, cloudTime: number): boolean {
  return requestedAt !== undefined && cloudTime >= requestedAt - CREATED_TOLERANCE_MS;
}

/** What the ledger knows of a digest that a unit says it holds. */
export type DigestOwner = 'own-never-passed' | 'own-passed' | 'unknown';

/** `unknown`: the unit has no way to say what it holds, so that neither "blank" nor "committed" would be true. */
export interface UnitHolding {
  readonly state: 'unknown' | 'blank' | 'staged' | 'committed' | 'locked';
  readonly digest?: Digest;
}

export type UnitDecision =
  | { readonly do: 'write' }
  | { readonly do: 'erase-then-write'; readonly digest: Digest }
  /** The unit holds our record already: go on to verify. */
  | { readonly do: 'verify' }
  | { readonly do: 'stop'; readonly code: ErrorCode };

/**
 * Table 2: what the unit says, when the record that it is to hold is known. `owner` is the ledger's answer for
 * the digest that the unit reports.
 */
export function decideUnit(
  claim: Claim | undefined,
  unit: UnitHolding,
  ourDigest: Digest,
  owner: DigestOwner,
): UnitDecision {
  switch (unit.state) {
    case 'unknown':
      return decideUntold(claim, ourDigest);
    case 'blank':
    case 'staged':
      return claim && isWritten(claim.state) ? { do: 'stop', code: 'RECORD_MISSING' } : { do: 'write' };
    case 'committed':
      if (unit.digest === ourDigest) return { do: 'verify' };
      return unit.digest !== undefined && owner === 'own-never-passed'
        ? { do: 'erase-then-write', digest: unit.digest }
        : { do: 'stop', code: 'UNIT_HOLDS_OTHER_RECORD' };
    case 'locked':
      return unit.digest === ourDigest ? { do: 'verify' } : { do: 'stop', code: 'UNIT_LOCKED' };
  }
}

/**
 * A unit that cannot say what it holds. Until it has confirmed a record nothing of ours can be lost in it, and a write may
 * be repeated. From then on only the verification can tell: of that very record it is taken again; of another one
 * it would prove nothing, and the one that was written may still be there.
 */
function decideUntold(claim: Claim | undefined, ourDigest: Digest): UnitDecision {
  if (claim === undefined || !isWritten(claim.state)) return { do: 'write' };
  return claim.known?.digest === ourDigest ? { do: 'verify' } : { do: 'stop', code: 'HOLDING_UNKNOWN' };
}

/**
 * Table 2 asked before the record is known, so that no credential is asked for in vain: whether a unit in this
 * state can take, or may already hold, a record for a credential that does not exist yet.
 */
export function canTakeNewRecord(
  claim: Claim | undefined,
  unit: UnitHolding,
  owner: DigestOwner,
): ErrorCode | undefined {
  const decision = decideUnit(claim, unit, '' as Digest, owner);
  return decision.do === 'stop' ? decision.code : undefined;
}
