/**
 * A whole station in this process on real parts: the real cloud client over HTTP against the emulated cloud, a real
 * ledger file, the real smp driver; units on in-memory lines, so that thousands of runs stay quick. A bench can be
 * closed and opened again over the same ledger file, cloud and units, as after a restart.
 */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredentialRegistry } from '../../electron/cloud/credential-registry.ts';
import type { HardwareId } from '../../electron/domain/ids.ts';
import type { Lateness } from '../../electron/domain/lateness.ts';
import type { RunEvent } from '../../electron/domain/run.ts';
import { Secret } from '../../electron/domain/secret.ts';
import { composeStation } from '../../electron/hosts/compose.ts';
import { openLedger } from '../../electron/ledger/open-ledger.ts';
import type { SqlLedger } from '../../electron/ledger/sql-ledger.ts';
import { verifyLedger } from '../../electron/ledger/verify-ledger.ts';
import {
  createEmulatedCloud,
  type EmulatedCloud,
  type EmulatedCloudOptions,
} from '../../electron/simulator/cloud/emulated-cloud.ts';
import type { FaultPlan } from '../../electron/simulator/cloud/fault-plan.ts';
import { createMemoryLine } from '../../electron/simulator/units/memory-line.ts';
import type { EmulatedUnitOptions } from '../../electron/simulator/units/unit-options.ts';
import type { CredentialRegistry, SlotPort } from '../../electron/station/ports.ts';
import type { Attempt } from '../../electron/station/slot-runner.ts';
import type { Station } from '../../electron/station/station.ts';
import { type Crash, crashing } from './crashing-ledger.ts';
import { INSTANCE, type OrderOverrides, order } from './order.ts';
import { createUnit, type TestUnit } from './unit-maker.ts';

export const ACCESS = { accessKeyId: 'test-key', accessKeySecret: new Secret('test-secret') };
/** Short, since the tables of recovery are long; the real ones are held to in test/service/station/late-calls.test.ts. */
const LATENESS: Lateness = { silent: 300, broken: 60, cutOff: 360 };
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
const KEYS = [{ id: 'test-key', secret: 'test-secret' }];

export interface UnitOnSlot {
  readonly unit: TestUnit;
  readonly slot: SlotPort;
}

type StationChanges = OrderOverrides & { readonly crash?: Crash; readonly lateness?: Lateness };

export class Bench implements AsyncDisposable {
  readonly cloud: EmulatedCloud;
  readonly dir: string;
  readonly events: RunEvent[] = [];
  /** Told each of them as well. */
  onEvent: (event: RunEvent) => void = () => {};
  readonly #units: TestUnit[] = [];
  #ledger: Promise<SqlLedger> | undefined;
  #lines = 0;

  private constructor(cloud: EmulatedCloud, dir: string) {
    this.cloud = cloud;
    this.dir = dir;
  }

  static async open(options: Partial<EmulatedCloudOptions> = {}): Promise<Bench> {
    const cloud = await createEmulatedCloud({ accessKeys: KEYS, ...options });
    return new Bench(cloud, mkdtempSync(join(tmpdir(), 'keybench-bench-')));
  }

  get ledgerPath(): string {
    return join(this.dir, 'keybench.db');
  }

  /** The station's ledger, open for writing: one, also where several ask for it at once. */
  ledger(): Promise<SqlLedger> {
    this.#ledger ??= openLedger({ path: this.ledgerPath, mode: 'write' });
    return this.#ledger;
  }

  unit(options: Partial<EmulatedUnitOptions> = {}): UnitOnSlot {
    this.#lines += 1;
    const line = createMemoryLine(`slot-${this.#lines}`);
    const unit = createUnit({
      line,
      hardwareId: `UNIT${String(this.#lines).padStart(4, '0')}`,
      bootMs: 5,
      resetDelayMs: 5,
      ...options,
    });
    this.#units.push(unit);
    return { unit, slot: line.slot };
  }

  /** One attempt at what is in the slot, under an order opened for it; with `crash`, the station dies in it. */
  async attempt(slot: SlotPort, changes: StationChanges = {}, signal = NEVER): Promise<Attempt> {
    const runner = await this.runner(slot, changes);
    try {
      return await runner.attempt({ waitMs: 5_000, admit: () => true }, signal);
    } finally {
      await runner.release();
    }
  }

  /** A slot of a station under an order opened for it; whoever asks releases it. */
  async runner(slot: SlotPort, changes: StationChanges = {}) {
    return (await this.station(changes)).slot(slot);
  }

  /** A station under an order opened for it. */
  async station(changes: StationChanges = {}): Promise<Station> {
    const { crash, lateness = LATENESS, ...overrides } = changes;
    const { order: workOrder, definition, family } = order({ endpoint: this.cloud.url, ...overrides });
    const real = await this.ledger();
    const ledger = crash === undefined ? real : crashing(real, crash);
    const onEvent = (event: RunEvent) => {
      this.events.push(event);
      this.onEvent(event);
    };
    return composeStation({
      order: workOrder,
      definition,
      family,
      access: ACCESS,
      ledger,
      operator: 'op-7',
      onEvent,
      lateness,
    });
  }

  /** How the claim of a unit stands in the ledger. */
  async claim(hardwareId: string) {
    return (await this.ledger()).claimOfUnit(hardwareId as HardwareId);
  }

  /** Asserts that the chain holds and every derived table is what the events say. */
  async verifyLedger() {
    await this.restart();
    return verifyLedger(this.ledgerPath);
  }

  /** As a restart of the station: the ledger is closed, and opened again by the next attempt. */
  async restart(): Promise<void> {
    await (await this.#ledger)?.close();
    this.#ledger = undefined;
  }

  setFaults(plan: FaultPlan): void {
    this.cloud.setFaults(plan);
  }

  /** Somebody else's station: asks the cloud with the same AccessKey, and shares no ledger with ours. */
  elsewhere(): CredentialRegistry {
    return createCredentialRegistry({
      target: order({ endpoint: this.cloud.url }).order.cloud,
      access: ACCESS,
    });
  }

  /** How often the cloud carried out, or was asked for, an action. */
  calls(action: string): number {
    return this.cloud.calls.filter((call) => call.action === `${action}DeviceCredential`).length;
  }

  credential(hardwareId: string) {
    return this.cloud.credentialOf(INSTANCE, `GID_sensor@@@${hardwareId}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unit of this.#units) unit.close();
    await this.restart();
    await this.cloud.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
