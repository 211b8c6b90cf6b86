/**
 * Identify: which unit is it, may this order have it, and under which ClientId. Nothing is asked of the cloud
 * here, and everything that can be refused without the cloud is refused here.
 */
import { type Claim, isWritten } from '../../domain/claim.ts';
import { StationError } from '../../domain/errors.ts';
import type { JournalEvent } from '../../domain/journal.ts';
import { recipeOf } from '../../domain/work-order.ts';
import type { Place } from '../places.ts';
import type { UnitReport } from '../ports.ts';
import type { AlreadyDone, Detected, Identified, RunContext } from '../stages.ts';

type Started = Extract<JournalEvent, { type: 'run.started' }>;

export async function identify({ run }: Detected): Promise<Identified | AlreadyDone> {
  const unit = run.session.unit;
  const started = startOf(run, unit);
  await orJournal(run, started, () => run.held.use(run.leases.unit(unit.hardwareId, run.slot)));
  const known = await run.ledger.claimOfUnit(unit.hardwareId);
  if (known?.state === 'passed') return alreadyDone(run, unit, known, started);
  const place = await orJournal(run, started, () => admit(run, unit));
  const claim = await makeClaim(run, unit, started);
  run.held.use(run.leases.clientId(claim.instanceId, claim.clientId, run.slot));
  run.announce({ type: 'client-id-claimed', clientId: claim.clientId });
  if (isBlank(unit) && isWritten(claim.state)) {
    throw new StationError('RECORD_MISSING', { clientId: claim.clientId, unitState: unit.state });
  }
  await refuseWithoutErase(run, unit, claim);
  return { kind: 'identified', run, unit, claim, clientId: claim.clientId, place };
}

function startOf(run: RunContext, unit: UnitReport): Started {
  return {
    type: 'run.started',
    hardwareId: unit.hardwareId,
    model: unit.model,
    firmware: unit.firmware,
    unitState: unit.state,
    slot: run.slot,
    port: run.port,
    orderNumber: run.order.number,
    ...(run.operator === undefined ? {} : { operator: run.operator }),
    ...(run.family.profile === undefined ? {} : { profile: run.family.profile }),
  };
}

/** Passed before: done, if the unit still says that it holds that very record, made under the same recipe. */
async function alreadyDone(
  run: RunContext,
  unit: UnitReport,
  claim: Claim,
  started: Started,
): Promise<AlreadyDone> {
  const { passed, known, clientId, instanceId } = claim;
  if (passed === undefined || known === undefined) throw new StationError('LEDGER_CORRUPT', { clientId });
  const holdsIt = !isBlank(unit) && unit.digest === known.digest;
  const isSameRecipe = known.recipe === recipeOf(run.order);
  if (holdsIt && isSameRecipe) {
    if (claim.doubt !== undefined) await run.journal({ type: 'unit.confirmed', instanceId, clientId });
    return { kind: 'already-done', claim: { ...claim, passed } };
  }
  const untold = unit.state === 'unknown' ? 'HOLDING_UNKNOWN' : 'PASSED_UNIT_DIFFERS';
  const code = holdsIt ? 'PASSED_UNDER_OTHER_RECIPE' : untold;
  await run.journal(started, { type: 'unit.doubted', instanceId, clientId, code });
  throw new StationError(code, { clientId, recordId: passed.recordId, unitState: unit.state });
}

/** Whatever refuses a unit before its claim is journaled together with the run that met it. */
async function orJournal<T>(run: RunContext, started: Started, admitting: () => T): Promise<T> {
  try {
    return admitting();
  } catch (refusal) {
    await run.journal(started);
    throw refusal;
  }
}

/** Whether the order may have this unit at all. */
function admit(run: RunContext, unit: UnitReport): Place {
  refuseMisfit(run, unit);
  return run.held.use(run.places.take());
}

function refuseMisfit({ order }: RunContext, unit: UnitReport): void {
  const { model } = order.device;
  if (model !== undefined && unit.model !== model) {
    throw new StationError('UNIT_WRONG_MODEL', { model: unit.model, expected: model });
  }
  const needed = order.lock ? (['prove', 'lock'] as const) : (['prove'] as const);
  const missing = needed.find((capability) => !unit.capabilities.has(capability));
  if (missing !== undefined)
    throw new StationError('UNIT_LACKS_CAPABILITY', { missing, firmware: unit.firmware });
}

async function makeClaim(run: RunContext, unit: UnitReport, started: Started): Promise<Claim> {
  const { hardwareId, model } = unit;
  const answer = await run.ledger.claim({ runId: run.runId, hardwareId, model, order: run.order, started });
  switch (answer.kind) {
    case 'claimed':
      return answer.claim;
    case 'does-not-fit':
      throw new StationError('CLIENT_ID_DOES_NOT_FIT', {
        template: run.order.clientId.text,
        hardwareId,
        model,
      });
    case 'duplicate':
      throw new StationError('DUPLICATE_IDENTITY', {
        clientId: answer.claim.clientId,
        belongsTo: answer.claim.hardwareId,
      });
    case 'unit-has-other':
      throw new StationError('UNIT_HAS_OTHER_CLIENT_ID', {
        clientId: answer.claim.clientId,
        instanceId: answer.claim.instanceId,
      });
  }
}

/** A unit with an older record of its own must be able to erase it, if the record is to become another one. */
async function refuseWithoutErase(run: RunContext, unit: UnitReport, claim: Claim): Promise<void> {
  if (unit.state !== 'committed' || unit.digest === undefined || unit.capabilities.has('erase')) return;
  const isCurrent = claim.known?.digest === unit.digest && claim.known.recipe === recipeOf(run.order);
  if (isCurrent) return;
  const owner = await run.ledger.ownerOf(unit.hardwareId, unit.digest);
  if (owner === 'own-never-passed') {
    throw new StationError('UNIT_LACKS_CAPABILITY', { missing: 'erase', firmware: unit.firmware });
  }
}

function isBlank(unit: UnitReport): boolean {
  return unit.state === 'blank' || unit.state === 'staged';
}
