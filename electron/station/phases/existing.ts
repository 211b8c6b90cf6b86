/**
 * A credential that the cloud has and this ledger did not ask for: held if the unit itself proves that it holds
 * it, else the order's `existing` rule: reject, adopt or refresh.
 * Must not: rotate a credential that the unit in hand uses, whatever the order says.
 */
import type { Claim } from '../../domain/claim.ts';
import type { DeviceCredential } from '../../domain/credential.ts';
import { type ErrorCode, StationError } from '../../domain/errors.ts';
import type { Payload } from '../ports.ts';
import type { Identified } from '../stages.ts';
import { refuseIfItCannotTakeOne } from './holding.ts';

export type Settled =
  | { readonly kind: 'use'; readonly credential: DeviceCredential }
  /** Refresh is written down and may be sent now. */
  | { readonly kind: 'refresh' };

export async function settleExisting(
  identified: Identified,
  claim: Claim,
  credential: DeviceCredential,
  signal: AbortSignal,
): Promise<Settled> {
  const { run, unit } = identified;
  const { existing } = run.order;
  if (existing === 'adopt') return { kind: 'use', credential };
  const payload = run.family.encode(credential, unit.hardwareId, run.order);
  const isProved = await unitProves(identified, payload, signal);
  if (isProved) return refuse(identified, claim, 'UNIT_HOLDS_CREDENTIAL', credential);
  if (existing === 'reject' || isProved === undefined)
    return refuse(identified, claim, 'CREDENTIAL_EXISTS', credential);
  await refuseIfItCannotTakeOne(identified, claim);
  await run.journal({
    type: 'credential.refresh-requested',
    instanceId: claim.instanceId,
    clientId: claim.clientId,
    deviceAccessKeyId: credential.deviceAccessKeyId,
    updateTime: credential.updateTime,
    serverTime: run.registry.serverTime(),
  });
  return { kind: 'refresh' };
}

/**
 * Whether the unit says, and proves, that it holds this very credential; undefined where it can do neither, so that
 * nobody knows. Changes nothing in the unit.
 */
async function unitProves(
  { run, unit }: Identified,
  payload: Payload,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const isUntold = unit.state === 'unknown';
  const holds = (unit.state === 'committed' || unit.state === 'locked') && unit.digest === payload.digest;
  if (!holds && !isUntold) return false;
  try {
    await run.session.prove(payload, undefined, signal);
    return true;
  } catch (error) {
    if (error instanceof StationError && error.code === 'PROOF_WRONG') return false;
    if (isUntold && error instanceof StationError && error.code === 'WRITTEN_UNVERIFIED') return undefined;
    throw error;
  }
}

async function refuse(
  { run }: Identified,
  claim: Claim,
  code: ErrorCode,
  found: DeviceCredential,
): Promise<never> {
  const { instanceId, clientId } = claim;
  await run.journal({ type: 'credential.refused', instanceId, clientId, code });
  const { deviceAccessKeyId, createTime } = found;
  throw new StationError(code, {
    clientId,
    deviceAccessKeyId,
    createdAt: new Date(createTime).toISOString(),
  });
}
