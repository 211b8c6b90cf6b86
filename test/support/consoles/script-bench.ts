/**
 * A whole station in this process for devices with a console: the real cloud client against the emulated cloud, a real ledger
 * file, the real script family with the profiles that ship, and what the station says into its transcript.
 */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardwareId } from '../../../electron/domain/ids.ts';
import type { RunEvent } from '../../../electron/domain/run.ts';
import { composeStation } from '../../../electron/hosts/compose.ts';
import { ruleFiles } from '../../../electron/hosts/rule-files.ts';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { createPathSlot } from '../../../electron/serial/slot-port.ts';
import {
  createEmulatedCloud,
  type EmulatedCloud,
  type EmulatedCloudOptions,
} from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import { createPtyLine } from '../../../electron/simulator/units/pty-line.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import type { Attempt } from '../../../electron/station/slot-runner.ts';
import { ACCESS } from '../bench.ts';
import { type Crash, crashing } from '../crashing-ledger.ts';
import { GROUP, INSTANCE, type OrderOverrides, orderText } from '../order.ts';
import type { Kind, KindUnit, MakeOptions } from './kinds.ts';

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

export interface OnSlot extends KindUnit {
  readonly slot: SlotPort;
  readonly profile: string;
}

export interface ScriptOrder extends OrderOverrides {
  readonly profile: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** An order for the script family. */
export function scriptOrderText({ profile, settings = {}, ...rest }: ScriptOrder): string {
  const lines = Object.entries(settings).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`);
  const own = [
    `  family: script`,
    `  profile: ${profile}`,
    ...(lines.length === 0 ? [] : ['  settings:', ...lines]),
  ];
  return orderText(rest).replace('  family: smp', own.join('\n'));
}

export class ScriptBench implements AsyncDisposable {
  readonly cloud: EmulatedCloud;
  readonly dir = mkdtempSync(join(tmpdir(), 'keybench-script-'));
  readonly events: RunEvent[] = [];
  /** What the runs' transcripts hold, line by line. */
  readonly transcript: string[] = [];
  readonly #units: KindUnit[] = [];
  #ledger: Promise<SqlLedger> | undefined;

  private constructor(cloud: EmulatedCloud) {
    this.cloud = cloud;
  }

  static async open(options: Partial<EmulatedCloudOptions> = {}): Promise<ScriptBench> {
    const accessKeys = [{ id: 'test-key', secret: 'test-secret' }];
    return new ScriptBench(await createEmulatedCloud({ accessKeys, ...options }));
  }

  get ledgerPath(): string {
    return join(this.dir, 'keybench.db');
  }

  ledger(): Promise<SqlLedger> {
    this.#ledger ??= openLedger({ path: this.ledgerPath, mode: 'write' });
    return this.#ledger;
  }

  /** A unit on a line in memory, or on a pseudo-terminal. */
  async unit(
    kind: Pick<Kind, 'profile' | 'make'>,
    options: Partial<MakeOptions> & { isOnPty?: boolean } = {},
  ): Promise<OnSlot> {
    const { isOnPty = false, number = this.#units.length + 1, ...rest } = options;
    const line = isOnPty ? await createPtyLine() : createMemoryLine(`slot-${number}`);
    const unit = kind.make({ line, number, ...rest });
    this.#units.push(unit);
    const slot = 'slot' in line ? line.slot : createPathSlot(line.path);
    return { ...unit, slot, profile: kind.profile };
  }

  /** One attempt at what is in the slot; with `crash`, the station dies in it. */
  async attempt(
    on: OnSlot,
    changes: OrderOverrides & {
      crash?: Crash;
      waitMs?: number;
      settings?: Readonly<Record<string, string>>;
    } = {},
    signal = NEVER,
  ): Promise<Attempt> {
    const { crash, waitMs = 30_000, settings = on.settings, ...overrides } = changes;
    const text = scriptOrderText({
      endpoint: this.cloud.url,
      profile: on.profile,
      settings,
      quantity: 10_000,
      bootTimeout: 15,
      ...overrides,
    });
    const read = readWorkOrder(text, { files: ruleFiles(this.dir) });
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const real = await this.ledger();
    const station = await composeStation({
      order: read.order,
      definition: read.definition,
      family: read.family,
      access: ACCESS,
      ledger: crash === undefined ? real : crashing(real, crash),
      operator: 'op-7',
      onEvent: (event) => void this.events.push(event),
    });
    const runner = station.slot(on.slot);
    const transcript = {
      note: (direction: string, said: string) => void this.transcript.push(`${direction} ${said}`),
    };
    try {
      return await runner.attempt({ waitMs, admit: () => true, transcript }, signal);
    } finally {
      await runner.release();
    }
  }

  async claim(hardwareId: string) {
    return (await this.ledger()).claimOfUnit(hardwareId as HardwareId);
  }

  /** As a restart of the station. */
  async restart(): Promise<void> {
    await (await this.#ledger)?.close();
    this.#ledger = undefined;
  }

  async verifyLedger() {
    await this.restart();
    return verifyLedger(this.ledgerPath);
  }

  registered(hardwareId: string): number {
    return this.cloud.calls.filter(
      ({ action, clientId }) => action === 'RegisterDeviceCredential' && clientId?.endsWith(hardwareId),
    ).length;
  }

  /** What is not as it should be with a unit that passed: empty where all is well. */
  faultsOf(on: OnSlot, payload: 'password' | 'secret' = 'password'): string[] {
    const clientId = `${GROUP}@@@${on.hardwareId}`;
    const credential = this.cloud.credentialOf(INSTANCE, clientId);
    const held = on.held();
    if (credential === undefined || held === undefined) return ['no credential, or nothing held'];
    const { username, possession } = held;
    const isRight =
      payload === 'secret'
        ? possession === credential.deviceAccessKeySecret
        : this.cloud.verifyLogin({ clientId, username, password: possession });
    return [
      ...(held.clientId === clientId ? [] : ['another ClientId']),
      ...(isRight ? [] : [`wrong ${payload}`]),
      ...(this.registered(on.hardwareId) === 1 ? [] : ['registered more than once']),
      ...(credential.createTime === credential.updateTime ? [] : ['rotated']),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { unit } of this.#units) unit.close();
    await this.restart();
    await this.cloud.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function isDone(attempt: Attempt): boolean {
  return (
    attempt.kind === 'already-done' || (attempt.kind === 'finished' && attempt.finish.outcome === 'PASS')
  );
}
