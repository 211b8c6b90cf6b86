/**
 * The station process: the service behind a channel. It outlives no host, and a host outlives it: serial drivers are
 * native code, and may end a process at any time.
 * Must not: import electron, or read the environment for an AccessKey; the host hands it over.
 */
import type { Push } from '../contract/envelope.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { stationHandlers } from '../station/handlers.ts';
import { StationService } from '../station/service.ts';
import { createBenchPorts } from './bench-ports.ts';
import { createDispatcher, type Dispatch, errorPayload, refuse } from './dispatcher.ts';
import { type CloudAccess, sealAccess } from './environment.ts';
import type { ParentChannel } from './parent-channel.ts';
import { createServiceParts } from './service-parts.ts';
import { createSettingsFile } from './settings-file.ts';
import type { FromStation, PlainAccess, StationOptions, ToStation } from './station-channel.ts';

interface RunningStation {
  readonly dispatch: Dispatch;
  readonly service: StationService;
  setAccess(access: PlainAccess | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Serves the channel until it closes. */
export function serveStation(
  channel: ParentChannel<FromStation, ToStation>,
  exit: (status: number) => void,
): void {
  let running: Promise<RunningStation> | undefined;
  const push = (message: Push) => channel.send({ kind: 'push', push: message });
  const end = async (status: number) => {
    await running?.then((station) => station.close()).catch(() => undefined);
    exit(status);
  };
  channel.onClose(() => void end(0));
  channel.onMessage((message) => {
    switch (message.kind) {
      case 'start':
        running ??= startStation(message.options, push, () => channel.send({ kind: 'order-taken' }));
        running.then(
          () => channel.send({ kind: 'started' }),
          (error: unknown) => {
            channel.send({ kind: 'failed', error: errorPayload(error) });
            void end(3);
          },
        );
        return;
      case 'request': {
        const { request } = message;
        const away = { code: 'STATION_AWAY', evidence: {} } as const;
        const answer =
          running?.then((station) => station.dispatch(request)) ?? Promise.resolve(refuse(request.id, away));
        answer.then(
          (reply) => channel.send({ kind: 'reply', reply }),
          (error: unknown) => channel.send({ kind: 'reply', reply: refuse(request.id, errorPayload(error)) }),
        );
        return;
      }
      case 'access':
        void running?.then(async (station) => {
          station.service.setAccess(message.view);
          await station.setAccess(message.access);
        });
        return;
      case 'training':
        void running?.then(({ service }) => service.feed.set({ training: message.view }));
        return;
      case 'stop':
        void end(0);
    }
  });
}

async function startStation(
  options: StationOptions,
  push: (message: Push) => void,
  onOrderTaken: () => void,
): Promise<RunningStation> {
  const ledger = await openLedger({ path: options.ledgerPath, mode: 'write' });
  const current: { access: CloudAccess | undefined } = {
    access: options.access && sealAccess(options.access),
  };
  const parts = createServiceParts({
    ledger,
    ledgerPath: options.ledgerPath,
    mode: options.mode,
    version: options.version,
    settings: createSettingsFile(options.settingsPath),
    ports: createBenchPorts(options.ports, options.onlyNamedPorts),
    access: () => current.access,
  });
  const service = await StationService.start(parts, options.accessView, options.training);
  service.feed.subscribe((frame) => push({ push: 'frame', frame }));
  await openRemembered(service, options.order);
  return {
    service,
    dispatch: createDispatcher(stationHandlers(service)),
    async setAccess(access) {
      current.access = access && sealAccess(access);
      // The registry holds the key that it was made with: the open order is opened again, or closed where there is none.
      if (service.order !== undefined) return service.reopenOrder().catch(() => undefined);
      if (service.hasOpened || options.order === undefined) return openRemembered(service, undefined);
      await openRemembered(service, options.order);
      if (service.hasOpened) onOrderTaken();
    },
    async close() {
      await service.close();
      await ledger.close();
    },
  };
}

/** The order that was named, else the one that was open; without an AccessKey it waits for one. */
async function openRemembered(service: StationService, named: StationOptions['order']): Promise<void> {
  const file = named ?? service.settings.order;
  if (file === undefined || service.order !== undefined) return;
  const read = service.parts.readOrder(file.text, file.directory);
  if (!read.ok) return;
  try {
    await service.openOrder(read, file);
  } catch {
    // No AccessKey yet, or the ledger is failing: the page says so, and the order is opened from there.
  }
}
