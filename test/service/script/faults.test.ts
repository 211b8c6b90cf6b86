/** What can be wrong with a device that has a console, of every kind: never green, and said so in its own words. */
import { describe, expect } from 'vitest';
import { ConsoleUnit } from '../../../electron/simulator/consoles/console-unit.ts';
import { isSoak } from '../../support/campaign.ts';
import { CAMPAIGN_KINDS, KINDS, type Kind } from '../../support/consoles/kinds.ts';
import { ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';

const PASS = { finish: { outcome: 'PASS' } };

describe.each(isSoak ? KINDS : CAMPAIGN_KINDS)('$name', (kind) => {
  const test = testOf(kind);

  test('that holds something else than it was given is FAIL, in doubt, and FAIL again', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind, { isForgetful: true });
    const wrong = {
      finish: { outcome: 'FAIL', code: expect.stringMatching(/^(DIGEST|PROOF)_WRONG$/), inDoubt: true },
    };
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject(wrong);
    expect((await bench.attempt(on)).kind).toBe('finished');
    expect(
      bench.events.filter((event) => event.type === 'unit-finished' && event.outcome === 'PASS'),
    ).toEqual([]);
    expect(bench.registered(on.hardwareId)).toBe(1);
  });

  test('whose store is full is FAIL, and says that it is the store', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind, { isFull: true });
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_STORAGE_FAILED' },
    });
  });

  test('that holds a record of somebody else is not overwritten, and no credential is asked for', async () => {
    await using before = await ScriptBench.open();
    const on = await before.unit(kind);
    expect(await before.attempt(on)).toMatchObject(PASS);
    await using bench = await ScriptBench.open();
    expect(await bench.attempt(on)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_OTHER_RECORD' },
    });
    expect(bench.registered(on.hardwareId)).toBe(0);
    expect(before.faultsOf(on)).toEqual([]);
  });

  test('that holds an unfinished older record of its own is erased and written anew', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    const died = await bench.attempt(on, { brokerPort: 1883, crash: { at: 'unit.written', when: 'before' } });
    expect(died).toMatchObject({ finish: { outcome: 'ERROR' } });
    await bench.restart();
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject(PASS);
    expect(bench.faultsOf(on)).toEqual([]);
  });

  test('that passes beside one that babbles and one that is silent', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    const babbling = await bench.unit({
      profile: kind.profile,
      make: (options) => babbler(options, 'no such thing\r\n'),
    });
    const silent = await bench.unit({ profile: kind.profile, make: (options) => babbler(options, '') });
    const [good, loud, mute] = await Promise.all([
      bench.attempt(on),
      bench.attempt({ ...babbling, settings: on.settings }, { waitMs: 3_000 }),
      bench.attempt({ ...silent, settings: on.settings }, { waitMs: 3_000 }),
    ]);
    expect(good).toMatchObject(PASS);
    expect(loud).toMatchObject({ finish: { outcome: 'TIMEOUT', code: 'UNIT_NOT_UNDERSTOOD' } });
    expect(mute).toMatchObject({ finish: { outcome: 'TIMEOUT', code: 'UNIT_SILENT' } });
  });
});

/** A console that answers whatever it hears with the same text. */
function babbler({ line }: Parameters<Kind['make']>[0], text: string): ReturnType<Kind['make']> {
  let send: (bytes: Uint8Array) => void = () => {};
  const console = {
    power: (to: typeof send) => {
      send = to;
    },
    receive: () => text !== '' && send(Buffer.from(text)),
    cutPower: () => {},
    close: () => {},
  };
  const unit = new ConsoleUnit({ line, console });
  return {
    unit,
    hardwareId: 'NOBODY',
    settings: {},
    boots: () => 0,
    isAtRest: () => true,
    held: () => undefined,
  };
}
