/** What the unit in hand holds, held against the ledger. Must not: ask the unit or the cloud; only the ledger. */
import type { Claim } from '../../domain/claim.ts';
import { StationError } from '../../domain/errors.ts';
import { canTakeNewRecord, type DigestOwner } from '../../domain/recovery.ts';
import type { UnitReport } from '../ports.ts';
import type { Identified, RunContext } from '../stages.ts';

/** Whose record the unit says it holds. */
export async function ownerOfDigest(run: RunContext, unit: UnitReport): Promise<DigestOwner> {
  return unit.digest === undefined ? 'unknown' : run.ledger.ownerOf(unit.hardwareId, unit.digest);
}

/** Rejects where the unit could not take a new record, so that no credential is asked for in vain. */
export async function refuseIfItCannotTakeOne({ run, unit }: Identified, claim: Claim): Promise<void> {
  const code = canTakeNewRecord(claim, unit, await ownerOfDigest(run, unit));
  if (code !== undefined) throw new StationError(code, { clientId: claim.clientId, unitState: unit.state });
}
