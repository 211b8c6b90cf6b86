/**
 * What the window stands on: the station's host with its backend, in production or over the training bench.
 * Must not: know the window.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryVault } from '../hosts/access-vault.ts';
import { defaultLedgerPath, takePlainAccess } from '../hosts/environment.ts';
import { accessView, createHostBackend } from '../hosts/host-backend.ts';
import type { Backend } from '../hosts/station-host.ts';
import { StationHost } from '../hosts/station-host.ts';
import { productionOptions, trainingOptions } from '../hosts/station-options.ts';
import { startTraining } from '../hosts/training-host.ts';
import type { AppArguments } from './arguments.ts';
import { createKeyVault, type KeyVaultParts } from './key-vault.ts';
import { startStation, startTrainingBench } from './utility-child.ts';

declare const __VERSION__: string;

/** It takes its ports away; nothing is lost where it does not. */
const TRAINING_ENDS_WITHIN_MS = 1_000;

export interface Bench {
  readonly station: StationHost;
  readonly backend: Backend;
  /** Ends the station in order, then what it stood on. */
  close(): Promise<void>;
}

export interface BenchParts {
  readonly args: AppArguments;
  /** Where the built processes are. */
  readonly dir: string;
  readonly keystore: KeyVaultParts;
}

/** The AccessKey of the environment goes before the one that was sealed. */
export async function createProductionBench({ args, dir, keystore }: BenchParts): Promise<Bench> {
  // Before anything is waited for: what the page's process is started with is copied from this environment.
  const taken = takePlainAccess(process.env);
  const vault = await createKeyVault(keystore);
  const fromEnvironment = typeof taken === 'string' ? undefined : taken;
  const access = fromEnvironment ?? (await vault.load());
  const source = fromEnvironment === undefined ? 'sealed' : 'environment';
  const ledgerPath = args.ledgerPath ?? defaultLedgerPath(process.env);
  const station = new StationHost({
    spawn: () => startStation(dir),
    options: productionOptions({
      version: __VERSION__,
      ledgerPath,
      ports: args.ports,
      access,
      accessView: accessView(source, access, vault.canSeal),
      order: args.order,
    }),
  });
  return { station, backend: createHostBackend({ station, vault }), close: () => station.close() };
}

/** A ledger of its own that is thrown away, and no keystore. Rejects where the training bench does not get ready. */
export async function createTrainingBench({ args, dir }: BenchParts): Promise<Bench> {
  takePlainAccess(process.env);
  const home = mkdtempSync(join(tmpdir(), 'keybench-training-ledger-'));
  let host: StationHost | undefined;
  const child = startTrainingBench(dir);
  const training = await startTraining(child, args.units, (view) => host?.setTraining(view));
  const station = new StationHost({
    spawn: () => startStation(dir),
    options: trainingOptions(training, home, __VERSION__),
  });
  host = station;
  return {
    station,
    backend: createHostBackend({ station, vault: createMemoryVault(), inject: training.inject }),
    async close() {
      await station.close();
      await new Promise<void>((resolve) => {
        setTimeout(resolve, TRAINING_ENDS_WITHIN_MS);
        child.onExit(resolve);
        training.close();
      });
      rmSync(home, { recursive: true, force: true });
    },
  };
}
