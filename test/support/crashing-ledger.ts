/**
 * A ledger whose station dies at a chosen event: `after` it was stored (so its side effect never happens), or
 * `before` (the side effect of the event before has happened, and this was never written). From then on nothing works,
 * as after a power cut.
 */
import { StationError } from '../../electron/domain/errors.ts';
import type { JournalEvent, JournalEventType } from '../../electron/domain/journal.ts';
import type { Ledger } from '../../electron/station/ports.ts';

export interface Crash {
  readonly at: JournalEventType;
  readonly when: 'before' | 'after';
}

export function crashing(ledger: Ledger, crash: Crash): Ledger & { readonly hasCrashed: () => boolean } {
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new StationError('LEDGER_FAILED', { crash: crash.at });
  };
  const alive = <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) return Promise.reject(new StationError('LEDGER_FAILED', { crash: crash.at }));
    return work();
  };
  const around = async <T>(types: readonly JournalEventType[], work: () => Promise<T>): Promise<T> => {
    const isHit = types.includes(crash.at);
    if (isHit && crash.when === 'before') die();
    const result = await work();
    if (isHit) die();
    return result;
  };
  return {
    stationId: ledger.stationId,
    append: (events: readonly JournalEvent[], runId) =>
      alive(() =>
        around(
          events.map(({ type }) => type),
          () => ledger.append(events, runId),
        ),
      ),
    claim: (request) => alive(() => around(['run.started', 'claim.made'], () => ledger.claim(request))),
    claimOf: (instanceId, clientId) => alive(() => ledger.claimOf(instanceId, clientId)),
    claimOfUnit: (hardwareId) => alive(() => ledger.claimOfUnit(hardwareId)),
    ownerOf: (hardwareId, digest) => alive(() => ledger.ownerOf(hardwareId, digest)),
    orderCounts: (number) => alive(() => ledger.orderCounts(number)),
    head: () => alive(() => ledger.head()),
    close: () => ledger.close(),
    hasCrashed: () => isDead,
  };
}
