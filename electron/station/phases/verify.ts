/**
 * Verify: restart the unit, and have it prove what its flash holds. While it restarts the cloud is asked once more
 * whether the credential is still the one that was written: two stations with separate ledgers could both have seen
 * "not found", and only this check would tell. Then lock, where the order says so.
 * Must not: take anything that the unit said before the restart as proof.
 */
import { isSameCredential } from '../../domain/credential.ts';
import { StationError } from '../../domain/errors.ts';
import type { UnitReport } from '../ports.ts';
import type { Verified, Written } from '../stages.ts';
import { awaitOnline } from './activation.ts';

export async function verify(written: Written, signal: AbortSignal): Promise<Verified> {
  const { run, payload, claim, bootBefore } = written;
  const { session, order } = run;
  const progress = (share: number) => run.announce({ type: 'phase-progressed', phase: 'verify', share });
  refuseOther(await restartAndRecheck(written, signal), written);
  progress(0.6);
  await session.prove(payload, bootBefore, signal);
  const name = { instanceId: claim.instanceId, clientId: claim.clientId, digest: payload.digest };
  await run.journal({ type: 'unit.proved', ...name });
  progress(0.8);
  if (order.verify === 'proof+activation') await awaitOnline(written, signal);
  if (order.lock && session.unit.state !== 'locked') {
    await run.journal({ type: 'unit.lock-requested', ...name });
    const locked = await session.lock(signal);
    if (locked.state !== 'locked') throw new StationError('UNIT_NOT_LOCKED', { unitState: locked.state });
    refuseOther(locked, written);
  }
  return { ...written, provedAt: new Date().toISOString() };
}

/** Both at once, so that the second Get costs no time; a changed credential outweighs whatever else went wrong. */
async function restartAndRecheck(
  { run, clientId, credential }: Written,
  signal: AbortSignal,
): Promise<UnitReport> {
  const [restarted, found] = await Promise.allSettled([
    run.session.restart(signal),
    run.registry.get(clientId, signal),
  ]);
  if (found.status === 'fulfilled') {
    if (found.value.kind === 'not-found') throw new StationError('CREDENTIAL_GONE', { clientId });
    if (!isSameCredential(found.value.credential, credential)) {
      throw new StationError('CREDENTIAL_CHANGED', { clientId });
    }
  }
  if (restarted.status === 'rejected') throw restarted.reason;
  if (found.status === 'rejected') throw found.reason;
  return restarted.value;
}

/** A unit that cannot say what it holds is held to its proof alone. */
function refuseOther(unit: UnitReport, { payload }: Written): void {
  if (unit.state === 'unknown') return;
  if (unit.state === 'blank' || unit.state === 'staged') {
    throw new StationError('UNIT_FORGOT_RECORD', { unitState: unit.state });
  }
  if (unit.digest !== payload.digest) throw new StationError('DIGEST_WRONG', { unitState: unit.state });
}
