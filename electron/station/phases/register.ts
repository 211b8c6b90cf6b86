/**
 * Register: the unit's credential, asked for once and never twice. Get comes before Register, always: by one
 * reading of the documents a second Register silently replaces a live credential (OnsMqtt 2020-04-20).
 * Whatever leaves the outcome open leads back to Get; table 1 (domain/recovery.ts) then says what to do.
 * Must not: send a byte to the unit, but for a proof that changes nothing.
 */
import type { Claim } from '../../domain/claim.ts';
import type { DeviceCredential } from '../../domain/credential.ts';
import { StationError } from '../../domain/errors.ts';
import type { CredentialOrigin } from '../../domain/journal.ts';
import { decideCloud, decideUnit } from '../../domain/recovery.ts';
import { recipeOf } from '../../domain/work-order.ts';
import { sleep } from '../deadline.ts';
import type { ChangeAnswer, Payload } from '../ports.ts';
import type { Identified, Registered, RunContext } from '../stages.ts';
import { settleExisting } from './existing.ts';
import { ownerOfDigest, refuseIfItCannotTakeOne } from './holding.ts';
import { OpenCall } from './open-call.ts';

/** Register and Refresh calls that one run may spend, and the pauses between its questions, in milliseconds. */
const MAX_CHANGES = 5;
const PAUSE_MS = [100, 400, 1_000, 2_500, 5_000] as const;

export async function register(identified: Identified, signal: AbortSignal): Promise<Registered> {
  const { run, clientId } = identified;
  const open = new OpenCall(identified.claim, run.lateness);
  let changes = 0;
  for (let turn = 0; ; turn += 1) {
    const claim = await claimNow(identified);
    const found = await run.registry.get(clientId, signal);
    const decision = decideCloud(claim, found);
    if (decision.do === 'stop') throw new StationError(decision.code, { clientId });
    if (decision.do === 'use' && found.kind === 'found') {
      const origin = claim.state === 'refresh-requested' ? 'refreshed' : 'registered';
      return know(identified, claim, found.credential, origin);
    }
    // Whatever may follow, an earlier call that is carried out after it would undo it.
    if (open.leftMs > 0) {
      if (open.takeNews()) run.announce({ type: 'cloud-awaited', phase: 'register', until: open.until });
      await pause(turn, signal, open.leftMs);
      continue;
    }
    if (decision.do === 'apply-existing-rule' && found.kind === 'found') {
      const settled = await settleExisting(identified, claim, found.credential, signal);
      if (settled.kind === 'use') return know(identified, claim, settled.credential, 'adopted');
    }
    const answer: ChangeAnswer = await (decision.do === 'register'
      ? askForCredential(identified, claim, signal)
      : run.registry.refresh(clientId, signal));
    if (answer.kind === 'done') {
      const origin = decision.do === 'register' ? 'registered' : 'refreshed';
      return know(identified, await claimNow(identified), answer.credential, origin);
    }
    changes += 1;
    open.note(answer);
    await giveUpUnlessAgain(identified, answer, open, changes === MAX_CHANGES);
    await pause(turn, signal);
  }
}

/** Not all at the same time, and at most `longestMs` milliseconds. */
async function pause(turn: number, signal: AbortSignal, longestMs = Number.POSITIVE_INFINITY): Promise<void> {
  const ms = PAUSE_MS[Math.min(turn, PAUSE_MS.length - 1)] ?? 0;
  await sleep(Math.min(longestMs, ms * (0.5 + Math.random())), signal);
}

async function claimNow({ run, claim, clientId }: Identified): Promise<Claim> {
  return (await run.ledger.claimOf(claim.instanceId, clientId)) ?? claim;
}

/** Writes down that we ask, then asks, once. A unit that could not take the record is refused before. */
async function askForCredential(
  identified: Identified,
  claim: Claim,
  signal: AbortSignal,
): Promise<ChangeAnswer> {
  const { run, clientId } = identified;
  await refuseIfItCannotTakeOne(identified, claim);
  const { instanceId } = claim;
  await run.journal({
    type: 'credential.requested',
    instanceId,
    clientId,
    serverTime: run.registry.serverTime(),
  });
  return run.registry.register(clientId, signal);
}

/**
 * After an answer that gave no credential: throws where that is final. What was certainly never carried out becomes
 * `refused` at once, so that nothing seems begun that is not, and no credential that somebody else makes now is taken for the
 * one that we asked for; and so does a Register that met a credential while none of ours was open, however new it is.
 */
async function giveUpUnlessAgain(
  { run, claim, clientId }: Identified,
  answer: Exclude<ChangeAnswer, { kind: 'done' }>,
  open: OpenCall,
  isLast: boolean,
): Promise<void> {
  const error = answer.kind === 'exists' ? new StationError('CREDENTIAL_EXISTS', { clientId }) : answer.error;
  const isForeign = answer.kind === 'exists' && !open.mayBeOurs;
  const wasNotDone = answer.kind === 'not-done' && !open.wasBegun;
  if ((answer.kind === 'refused' || isForeign || wasNotDone) && !open.isOpen) {
    const cloudCode = error.evidence.cloudCode;
    await run.journal({
      type: 'credential.refused',
      instanceId: claim.instanceId,
      clientId,
      code: error.code,
      ...(typeof cloudCode === 'string' ? { cloudCode } : {}),
    });
  }
  if (isLast || answer.kind === 'refused') throw error;
}

/** Builds the record, decides what the unit needs, and writes down what is known before any byte goes to the unit. */
async function know(
  identified: Identified,
  claim: Claim,
  credential: DeviceCredential,
  origin: CredentialOrigin,
): Promise<Registered> {
  const { run, unit } = identified;
  const payload = run.family.encode(credential, unit.hardwareId, run.order);
  const plan = decideUnit(claim, unit, payload.digest, await ownerOfDigest(run, unit));
  if (plan.do === 'stop')
    throw new StationError(plan.code, { clientId: claim.clientId, unitState: unit.state });
  await journalKnown(run, claim, credential, payload, origin);
  return { ...identified, claim: await claimNow(identified), credential, payload, plan };
}

/** A claim that has come further with this very record keeps its state: `known` would set it back. */
async function journalKnown(
  run: RunContext,
  claim: Claim,
  credential: DeviceCredential,
  payload: Payload,
  origin: CredentialOrigin,
): Promise<void> {
  const recipe = recipeOf(run.order);
  const { known } = claim;
  const isKnown =
    known?.deviceAccessKeyId === credential.deviceAccessKeyId &&
    known.updateTime === credential.updateTime &&
    known.digest === payload.digest &&
    known.recipe === recipe;
  if (isKnown && claim.state !== 'refresh-requested' && claim.state !== 'requested') return;
  await run.journal({
    type: 'credential.known',
    instanceId: claim.instanceId,
    clientId: claim.clientId,
    hardwareId: payload.hardwareId,
    deviceAccessKeyId: credential.deviceAccessKeyId,
    createTime: credential.createTime,
    updateTime: credential.updateTime,
    tx: payload.tx,
    digest: payload.digest,
    recipe,
    origin,
  });
}
