/**
 * Power is cut in every operation of the flash of the device end in C, through whole sessions with a station: what the
 * flash then holds is the old record or the new one, and the station brings the unit to PASS with one credential.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { SlotPort } from '../../../electron/station/ports.ts';
import { Bench } from '../../support/bench.ts';
import { inGroups, isSoak } from '../../support/campaign.ts';
import { CUT_MODES, type DeviceEndOptions } from '../../support/device-end/arguments.ts';
import type { FlashContent } from '../../support/device-end/flash-file.ts';
import { DeviceEndUnit } from '../../support/device-end/unit.ts';
import type { OrderOverrides } from '../../support/order.ts';

interface Session {
  readonly name: string;
  readonly order: OrderOverrides;
  /** What the unit holds beforehand is a record of this order, written and never passed. */
  readonly before?: OrderOverrides;
  /** Every which operation the ordinary run takes. */
  readonly step: number;
}
const SESSIONS: readonly Session[] = [
  { name: 'a first record', order: {}, step: 1 },
  { name: 'a first record, locked', order: { payload: 'secret', lock: true }, step: 5 },
  { name: 'another record in the place of one', order: { payload: 'secret' }, before: {}, step: 7 },
];

function unitWith(options: Partial<DeviceEndOptions>) {
  const line = createMemoryLine(`slot-${options.hardwareId}`);
  const unit = new DeviceEndUnit({ line, bootMs: 5, resetDelayMs: 5, chunk: 96, ...options });
  onTestFinished(() => unit.close());
  return { unit, slot: line.slot };
}
type Attempted = Awaited<ReturnType<Bench['attempt']>>;
const isPassed = (attempt: Attempted) =>
  attempt.kind === 'already-done' || (attempt.kind === 'finished' && attempt.finish.outcome === 'PASS');

/** The station dies when it has written the record. */
async function prepare(bench: Bench, slot: SlotPort, order: OrderOverrides): Promise<void> {
  const died = await bench.attempt(slot, { ...order, crash: { at: 'unit.written', when: 'after' } });
  expect(died).toMatchObject({ error: { code: 'LEDGER_FAILED' } });
}

/** What a session does to the flash before and in it, counted by the flash itself. */
async function operationsOf({ order, before }: Session): Promise<readonly [number, number]> {
  await using bench = await Bench.open();
  const count = async (hardwareId: string, isWhole: boolean) => {
    const { unit, slot } = unitWith({ hardwareId });
    if (before) await prepare(bench, slot, before);
    if (isWhole) expect(isPassed(await bench.attempt(slot, order))).toBe(true);
    return unit.operations();
  };
  return [before ? await count('COUNT1', false) : 0, await count('COUNT2', true)];
}

interface Cut {
  readonly operation: number;
  readonly mode: (typeof CUT_MODES)[number];
  /** Power is back at once, and the run carries on; else the operator tries again later. */
  readonly isShort: boolean;
}

async function expectPassAfter(bench: Bench, { order, before }: Session, cut: Cut): Promise<void> {
  const note = JSON.stringify(cut);
  const hardwareId = `CUT-${cut.operation}-${cut.mode}-${cut.isShort ? 'S' : 'L'}`;
  const seen: FlashContent[] = [];
  const { unit, slot } = unitWith({
    hardwareId,
    powerCut: cut,
    onPowerFailed: (content) => seen.push(content),
    faults: cut.isShort ? { returnsAfterMs: 10 } : {},
  });
  const rules = { bootTimeout: 5, quantity: 1_000_000 };
  if (before) await prepare(bench, slot, { ...rules, ...before });
  const old = unit.content.record;
  const attempts: Attempted[] = [];
  let isBack = cut.isShort;
  while (attempts.length < 4 && !attempts.some(isPassed)) {
    if (seen.length > 0 && !isBack) unit.power();
    isBack ||= seen.length > 0;
    attempts.push(await bench.attempt(slot, { ...rules, ...order }));
  }
  expect(attempts.some(isPassed), `${note} ${JSON.stringify(attempts)}`).toBe(true);
  const { record, isLocked } = unit.content;
  expect(seen, note).toHaveLength(1);
  expect([undefined, old, record].map(hexOf), note).toContain(hexOf(seen[0]?.record));
  const credential = bench.credential(hardwareId);
  expect(unit.record, note).toMatchObject({ kid: credential?.deviceAccessKeyId });
  expect(unit.record, note).toHaveProperty(order.payload === 'secret' ? 'key' : 'pw');
  expect(isLocked, note).toBe(order.lock ?? false);
  const registered = bench.cloud.calls.filter(
    (call) => call.action === 'RegisterDeviceCredential' && call.clientId?.endsWith(`@${hardwareId}`),
  );
  expect(registered, note).toHaveLength(1);
  expect(credential?.updateTime, note).toBe(credential?.createTime);
}

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** Each operation in the ordinary run in one of the five ways, in turn; in the soak in all, with short and long cuts. */
function cutsOf(first: number, last: number, step: number): readonly Cut[] {
  const count = isSoak ? last - first + 1 : Math.ceil((last - first + 1) / step);
  const operations = Array.from({ length: count }, (_, index) => first + index * (isSoak ? 1 : step));
  return operations.flatMap((operation, index) => {
    if (!isSoak) return [{ operation, mode: CUT_MODES[index % 5] ?? 'bits', isShort: true }];
    return CUT_MODES.map((mode, of) => ({ operation, mode, isShort: (operation + of) % 8 !== 0 }));
  });
}

describe('power that is cut in an operation of the flash', () => {
  it.each(SESSIONS)(
    'of $name leaves the old or the new, and the unit comes to PASS',
    {
      timeout: isSoak ? 3_600_000 : 180_000,
    },
    async (session) => {
      const [done, all] = await operationsOf(session);
      // The header alone is eight units of the flash, the record about thirty.
      expect(all - done).toBeGreaterThan(30);
      await using bench = await Bench.open();
      await bench.ledger();
      const cuts = cutsOf(done + 1, all, session.step);
      await inGroups(cuts, (cut) => expectPassAfter(bench, session, cut));
      expect(await bench.verifyLedger()).toMatchObject({ ok: true });
    },
  );
});
