/**
 * Write: the record into the unit. What is destructive is written down first; the driver resumes and repeats on
 * its own, and resolves only when the unit has confirmed our digest. Whether somebody is online with the credential is asked
 * before the unit has it: one that came with its record may have logged in by itself, and could not be told from a stranger.
 */
import { StationError } from '../../domain/errors.ts';
import type { Registered, Written } from '../stages.ts';
import { awaitOffline } from './activation.ts';

export async function write(registered: Registered, signal: AbortSignal): Promise<Written> {
  const { run, claim, payload, plan } = registered;
  const { session } = run;
  const name = { instanceId: claim.instanceId, clientId: claim.clientId };
  if (plan.do !== 'verify' && run.order.verify === 'proof+activation') await awaitOffline(registered, signal);
  if (plan.do === 'erase-then-write') {
    await run.journal({ type: 'unit.erase-requested', ...name, digest: plan.digest });
    const erased = await session.erase(signal);
    if (erased.state !== 'blank') throw new StationError('UNIT_REFUSED_WRITE', { unitState: erased.state });
  }
  if (plan.do !== 'verify') {
    const onProgress = (share: number) => run.announce({ type: 'phase-progressed', phase: 'write', share });
    await session.write(payload, onProgress, signal);
  }
  const isBehind = claim.state === 'known' || claim.state === 'erase-requested';
  if (plan.do !== 'verify' || isBehind) {
    await run.journal({ type: 'unit.written', ...name, digest: payload.digest });
  }
  return { ...registered, bootBefore: session.unit.boot };
}
