/**
 * How a run that did not pass ends: its row of the error table, its last line in the journal, and whether its unit is
 * left in doubt. Must not: hide that the ledger itself failed; that is the graver error, and stops the station.
 */
import { randomUUID } from 'node:crypto';
import { isBegun } from '../domain/claim.ts';
import { asStationError, type ErrorRow, errorRow, type StationError } from '../domain/errors.ts';
import { runId } from '../domain/ids.ts';
import type { Finish } from '../domain/run.ts';
import type { PhaseLog } from './run-phase.ts';
import type { RunContext } from './stages.ts';
import type { Bench } from './station.ts';

export interface FailedRun {
  readonly bench: Bench;
  readonly slot: string;
  /** Absent where no unit was there. */
  readonly run: RunContext | undefined;
  readonly log: PhaseLog;
  readonly error: StationError;
}

export interface Ending {
  readonly finish: Finish;
  /** The run's error, or the ledger's where the end could not be written down. */
  readonly error: StationError;
}

/** Writes the end down. Never rejects. */
export async function endFailedRun(failed: FailedRun): Promise<Ending> {
  const { run, error, log } = failed;
  const { outcome, blame, retry, held = false }: ErrorRow = errorRow(error.code);
  const { cloudCode } = error.evidence;
  const facts = {
    ...(log.current === undefined ? {} : { phase: log.current }),
    ...(typeof cloudCode === 'string' ? { cloudCode } : {}),
    evidence: error.evidence,
  };
  const ledgerError = await journalEnd(failed, facts);
  // A unit that another run holds is that run's business.
  const isAnothers = error.code === 'DUPLICATE_IDENTITY';
  const doubt = run === undefined || isAnothers ? { inDoubt: false } : await doubtOf(run);
  const finish: Finish = { outcome, code: error.code, blame, retry, held, ...doubt, ...facts };
  return { finish, error: ledgerError ?? error };
}

async function journalEnd(
  { bench, slot, run, log, error }: FailedRun,
  facts: Pick<Finish & { outcome: 'FAIL' }, 'phase' | 'cloudCode' | 'evidence'>,
): Promise<StationError | undefined> {
  const { outcome } = errorRow(error.code);
  const where = { slot, port: run?.port ?? slot, orderNumber: bench.order.number };
  const end = {
    type: 'run.finished',
    outcome,
    code: error.code,
    ...where,
    ...facts,
    phases: log.times,
  } as const;
  try {
    await bench.ledger.append([end], run?.runId ?? runId(randomUUID()));
    return undefined;
  } catch (thrown) {
    return asStationError(thrown);
  }
}

/** Whether this unit's credential was begun and is neither passed nor refused. */
async function doubtOf(run: RunContext): Promise<Pick<Finish & { outcome: 'FAIL' }, 'inDoubt' | 'clientId'>> {
  try {
    const claim = await run.ledger.claimOfUnit(run.session.unit.hardwareId);
    if (claim === undefined) return { inDoubt: false };
    return { inDoubt: isBegun(claim.state) || claim.doubt !== undefined, clientId: claim.clientId };
  } catch {
    // The ledger cannot be asked: what was begun stays in doubt.
    return { inDoubt: true };
  }
}
