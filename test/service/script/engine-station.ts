/** A station over the invented console: the emulated cloud, a real ledger file, the family with the page's profile. */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HardwareId } from '../../../electron/domain/ids.ts';
import { composeStation } from '../../../electron/hosts/compose.ts';
import { ruleFiles } from '../../../electron/hosts/rule-files.ts';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import {
  createEmulatedCloud,
  type EmulatedCloudOptions,
} from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import { ACCESS } from '../../support/bench.ts';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { GROUP, INSTANCE, type OrderOverrides, orderText } from '../../support/order.ts';
import { AcmeConsole, type AcmeFaults } from './engine-console.ts';

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

export interface AcmeUnit {
  readonly console: AcmeConsole;
  readonly slot: SlotPort;
  readonly hardwareId: string;
}

/** How an attempt ended: PASS, already-done, or the error's code. */
export interface End {
  readonly how: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

export async function acmeStation(
  profile = ACME_PROFILE,
  changes: OrderOverrides = {},
  clouds: Partial<EmulatedCloudOptions> = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'keybench-acme-'));
  const cloud = await createEmulatedCloud({
    accessKeys: [{ id: 'test-key', secret: 'test-secret' }],
    ...clouds,
  });
  const path = join(dir, 'keybench.db');
  writeFileSync(join(dir, 'acme.yaml'), profile);
  const ledger = await openLedger({ path, mode: 'write' });
  const consoles: AcmeConsole[] = [];
  const transcript: string[] = [];
  /** The station under an order, over the same ledger whatever the order. */
  const stationUnder = (more: OrderOverrides) => {
    const own = { profile: './acme.yaml' };
    const text = orderText({ endpoint: cloud.url, family: 'script', own, ...changes, ...more });
    const read = readWorkOrder(text, { files: ruleFiles(dir) });
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const { order, definition, family } = read;
    const given = { order, definition, family, access: ACCESS, ledger, operator: 'op-7' };
    return composeStation({ ...given, onEvent: () => {} });
  };
  let station = await stationUnder({});
  onTestFinished(async () => {
    for (const console of consoles) console.close();
    await ledger.close();
    await cloud.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    cloud,
    ledger,
    transcript,
    unit(faults: AcmeFaults = {}): AcmeUnit {
      const line = createMemoryLine(`slot-${consoles.length + 1}`);
      const id = `A4:CF:12:00:00:${String(consoles.length + 1).padStart(2, '0')}`;
      const console = new AcmeConsole({ line, id, faults });
      consoles.push(console);
      return { console, slot: line.slot, hardwareId: id.replaceAll(':', '') };
    },
    /** From now on the order is another one in these points. */
    async reorder(more: OrderOverrides): Promise<void> {
      station = await stationUnder(more);
    },
    async attempt({ slot }: AcmeUnit, waitMs = 20_000, signal = NEVER): Promise<End> {
      const runner = station.slot(slot);
      const note = (direction: string, said: string) => void transcript.push(`${direction} ${said}`);
      const attempt = await runner.attempt({ waitMs, admit: () => true, transcript: { note } }, signal);
      await runner.release();
      if (attempt.kind !== 'finished') return { how: attempt.kind, evidence: {} };
      const { finish } = attempt;
      return finish.outcome === 'PASS'
        ? { how: 'PASS', evidence: {} }
        : { how: finish.code, evidence: finish.evidence };
    },
    /** What the unit holds, as text. */
    held: ({ console }: AcmeUnit, name: string) =>
      Buffer.from(console.stored.get(name) ?? '', 'hex').toString('utf8'),
    credential: (hardwareId: string) => cloud.credentialOf(INSTANCE, `${GROUP}@@@${hardwareId}`),
    claim: ({ hardwareId }: AcmeUnit) => ledger.claimOfUnit(hardwareId as HardwareId),
    async verified() {
      await ledger.close();
      return verifyLedger(path);
    },
  };
}
