/** The service's ports met with their adapters: as `compose.ts`, for a station with slots. Must not: decide anything. */
import { createBreaker } from '../cloud/breaker.ts';
import { createCredentialRegistry } from '../cloud/credential-registry.ts';
import { createLimiter } from '../cloud/limiter.ts';
import { asStationError, type StationError } from '../domain/errors.ts';
import type { ClientId } from '../domain/ids.ts';
import type { SqlLedger } from '../ledger/sql-ledger.ts';
import { CommandRefusal } from '../station/command-refusal.ts';
import type { BenchPorts, ServiceParts, SettingsStore } from '../station/service-ports.ts';
import { Station } from '../station/station.ts';
import type { CloudAccess } from './environment.ts';
import { ruleFiles } from './rule-files.ts';
import { readWorkOrder } from './work-order-file.ts';

export interface ServicePartsOptions {
  readonly ledger: SqlLedger;
  readonly ledgerPath: string;
  readonly mode: 'production' | 'training';
  readonly version: string;
  readonly settings: SettingsStore;
  readonly ports: BenchPorts;
  /** The AccessKey as it is now. */
  readonly access: () => CloudAccess | undefined;
}

export function createServiceParts(options: ServicePartsOptions): ServiceParts {
  // One budget of calls for the station, whatever orders it opens and whatever is tested.
  const limiter = createLimiter();
  const breaker = createBreaker();
  const { ledger, ledgerPath, mode, version, settings, ports } = options;
  const access = (): CloudAccess => {
    const now = options.access();
    if (now === undefined) throw new CommandRefusal('ACCESS_MISSING');
    return now;
  };
  return {
    book: ledger,
    ledgerPath,
    settings,
    ports,
    mode,
    version,
    readOrder: (text, directory) => readWorkOrder(text, { files: ruleFiles(directory) }),
    async openBench(workable, operator, onEvent) {
      const target = workable.order.cloud;
      const registry = createCredentialRegistry({ target, access: access(), limiter, breaker });
      const station = await Station.open({ ...workable, ledger, registry, operator, onEvent });
      return { station, health: () => registry.health() };
    },
    async probeCloud(target, signal): Promise<StationError | undefined> {
      try {
        const registry = createCredentialRegistry({ target, access: access(), limiter, tries: 1 });
        await registry.get(`${target.groupId}@@@keybench-connection-test` as ClientId, signal);
        return undefined;
      } catch (thrown) {
        if (thrown instanceof CommandRefusal) throw thrown;
        return asStationError(thrown);
      }
    },
    onFatal: () => undefined,
  };
}
