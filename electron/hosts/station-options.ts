/**
 * What a station process is started with, in production and over the training bench, the same for every host.
 * Must not: read the environment; what was found there is handed in.
 */
import { join } from 'node:path';
import type { OrderFile } from '../station/service-ports.ts';
import { accessView } from './host-backend.ts';
import type { PlainAccess, StationOptions } from './station-channel.ts';
import { TRAINING_ACCESS, type TrainingHost } from './training-host.ts';

export interface ProductionParts {
  readonly version: string;
  readonly ledgerPath: string;
  /** Ports that a scan would miss. */
  readonly ports: readonly string[];
  readonly access: PlainAccess | undefined;
  readonly accessView: StationOptions['accessView'];
  readonly order: OrderFile | undefined;
}

export function productionOptions(parts: ProductionParts): StationOptions {
  const { version, ledgerPath, ports, access, order } = parts;
  return {
    mode: 'production',
    version,
    ledgerPath,
    settingsPath: `${ledgerPath}.settings.json`,
    ports,
    onlyNamedPorts: false,
    accessView: parts.accessView,
    ...(access === undefined ? {} : { access }),
    ...(order === undefined ? {} : { order }),
  };
}

/** `dir`: a directory of its own, which is thrown away with ledger and settings in it. */
export function trainingOptions(training: TrainingHost, dir: string, version: string): StationOptions {
  return {
    mode: 'training',
    version,
    ledgerPath: join(dir, 'training.db'),
    settingsPath: join(dir, 'settings.json'),
    ports: training.ports,
    onlyNamedPorts: true,
    access: TRAINING_ACCESS,
    accessView: accessView('training', TRAINING_ACCESS, false),
    order: training.order,
    training: training.view,
  };
}
