/** Record: seals the run in the ledger. Only when this has resolved, with the commit on disk, may a tile turn green. */
import type { PhaseLog } from '../run-phase.ts';
import type { SealedRecord, Verified } from '../stages.ts';

export const record =
  (log: PhaseLog) =>
  async ({ run, claim, place }: Verified): Promise<SealedRecord> => {
    const { instanceId, clientId } = claim;
    await run.journal({ type: 'run.passed', instanceId, clientId, phases: log.times });
    place.keep();
    return { kind: 'passed', recordId: run.runId, clientId };
  };
