/**
 * The station dies between any two lines of its journal while it works on a console; then it starts again with the same unit.
 * Nothing may be lost, doubled or rotated, and nothing green without a verification. Whole in the soak; in the ordinary run each
 * kind dies at each line once, before or after it.
 */
import { describe, expect } from 'vitest';
import type { JournalEventType } from '../../../electron/domain/journal.ts';
import { isRepeat, isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { CAMPAIGN_KINDS } from '../../support/consoles/kinds.ts';
import { ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';

const EVENTS: readonly JournalEventType[] = [
  'claim.made',
  'credential.requested',
  'credential.known',
  'unit.written',
  'unit.proved',
  'run.passed',
];
const seed = newSeed();
const random = randomOf(seed);
const cases = EVENTS.slice(isRepeat ? -2 : 0).flatMap((at) => {
  const whens = (['before', 'after'] as const).map((when) => ({ at, when }));
  return isSoak ? whens : whens.slice(random() < 0.5 ? 0 : 1).slice(0, 1);
});

describe.concurrent.each(CAMPAIGN_KINDS)('a station that dies over $name', (kind) => {
  testOf(kind).each(cases)(`$when $at (seed ${seed})`, async ({ at, when }) => {
    await using bench = await ScriptBench.open({ secondRegister: 'rotates' });
    const on = await bench.unit(kind);
    expect(await bench.attempt(on, { crash: { at, when } })).toMatchObject({
      kind: 'finished',
      finish: { outcome: 'ERROR' },
      error: { code: 'LEDGER_FAILED' },
    });
    await bench.restart();

    const again = await bench.attempt(on);
    if (at === 'run.passed' && when === 'after') expect(again.kind).toBe('already-done');
    else expect(again, bench.transcript.slice(-8).join('\n')).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(bench.faultsOf(on)).toEqual([]);
    expect(await bench.claim(on.hardwareId)).toMatchObject({ state: 'passed' });
    expect(await bench.verifyLedger()).toMatchObject({ ok: true });
  });
});
