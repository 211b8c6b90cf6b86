/** Restarting a unit over real pseudo-terminals: late, over a port that goes, or not at all. */
import { describe, expect, it } from 'vitest';
import { createUnit } from '../../support/unit-maker.ts';
import { codeOf, connectTo, NEVER, unitOnPty } from '../../support/units.ts';

const rules = { family: 'smp', baudRate: 115200, bootTimeoutMs: 2500 } as const;

async function bench(options: Parameters<typeof unitOnPty>[0] = {}) {
  const made = await unitOnPty(options);
  const session = await connectTo(made.slot, { rules });
  return { ...made, session, boot: session.unit.boot };
}

// A reply that a busy machine keeps beyond its time is asked for again, as it should be: what is counted here is counted in a calm moment.
describe('a unit that is restarted', { retry: 2 }, () => {
  it('is another start of its firmware only when its boot number has changed', async () => {
    const { unit, session, boot } = await bench({ resetDelayMs: 1000, bootMs: 300 });
    const after = await session.restart(NEVER);
    expect(after.boot).not.toBe(boot);
    expect(session.unit).toEqual(after);
    expect(unit.boots).toBe(2);
    expect(unit.received.filter((name) => name === 'reset')).toHaveLength(1);
  });

  it.each(['same name', 'another name'] as const)(
    'is found again when its port comes back under %s',
    async (how) => {
      const { unit, slot, session, boot } = await bench({ vanishesInReset: how, bootMs: 200 });
      const before = await slot.locate();
      expect((await session.restart(NEVER)).boot).not.toBe(boot);
      expect(unit.boots).toBe(2);
      if (how === 'another name') expect(await slot.locate()).not.toBe(before);
    },
  );

  it('is not reset twice where only the answer was lost', async () => {
    const { unit, session, boot } = await bench({
      resetDelayMs: 900,
      faults: { onRequest: (name) => (name === 'reset' ? 'reply-lost' : undefined) },
    });
    expect((await session.restart(NEVER)).boot).not.toBe(boot);
    expect([unit.boots, unit.received.filter((name) => name === 'reset').length]).toEqual([2, 1]);
  });

  it('is reset again where the request did not reach it', async () => {
    let resets = 0;
    const { unit, session, boot } = await bench({
      faults: { onRequest: (name) => (name === 'reset' && ++resets === 1 ? 'ignored' : undefined) },
    });
    expect((await session.restart(NEVER)).boot).not.toBe(boot);
    expect(unit.boots).toBe(2);
  });

  it('may pass through a boot loader that speaks SMP but not our group', async () => {
    const { unit, session, boot } = await bench();
    const from = unit.received.length + 1;
    unit.faults = {
      onRequest: (name, nth) => (name === 'hello' && nth < from + 5 ? { smpError: 8 } : undefined),
    };
    expect((await session.restart(NEVER)).boot).not.toBe(boot);
  });
});

describe('a unit that does not restart', () => {
  it('but answers with its old boot number has failed', async () => {
    const { session } = await bench({ resetDelayMs: 60_000 });
    expect(await codeOf(session.restart(NEVER))).toBe('UNIT_DID_NOT_REBOOT');
  });

  it('but never answers again has failed', async () => {
    const { unit, session } = await bench();
    unit.faults = { onRequest: (name) => (name === 'reset' ? 'power-cut-after' : undefined) };
    expect(await codeOf(session.restart(NEVER))).toBe('UNIT_DID_NOT_REBOOT');
  });

  it('because it refuses to has failed', async () => {
    const { session } = await bench({
      faults: { onRequest: (name) => (name === 'reset' ? { smpError: 8 } : undefined) },
    });
    expect(await codeOf(session.restart(NEVER))).toBe('UNIT_PROTOCOL');
  });

  it('but takes its port away for good is lost with it', async () => {
    const { unit, session } = await bench();
    unit.faults = { onRequest: (name) => (name === 'reset' ? 'unplugged' : undefined) };
    expect(await codeOf(session.restart(NEVER))).toBe('PORT_LOST');
  });

  it('but is another one afterwards was swapped', async () => {
    const { unit, line, session } = await bench();
    unit.faults = { onRequest: (name) => (name === 'reset' ? 'power-cut-after' : undefined) };
    const restarted = codeOf(session.restart(NEVER));
    await expect.poll(() => unit.received.at(-1)).toBe('reset');
    createUnit({ line, hardwareId: 'AABBCCDDEE00' });
    expect(await restarted).toBe('UNIT_CHANGED');
  });
});
