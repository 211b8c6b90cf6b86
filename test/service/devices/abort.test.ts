/** A run that is ended while it talks to a unit, over real pseudo-terminals. */
import { describe, expect, it } from 'vitest';
import { StationError } from '../../../electron/domain/errors.ts';
import type { Served } from '../../../electron/simulator/units/smp-server.ts';
import type { DeviceSession } from '../../../electron/station/ports.ts';
import { codeOf, connectTo, payloadOf, unitOnPty } from '../../support/units.ts';

const payload = payloadOf();

/** A unit that says when a command arrives, and takes its time with it. */
async function bench(command: Served['name'], delayMs: number) {
  const stop = new AbortController();
  const made = await unitOnPty({ chunk: 96 });
  const session = await connectTo(made.slot);
  made.unit.faults = {
    onRequest: (name) => {
      if (name !== command) return undefined;
      stop.abort();
      return { delayMs };
    },
  };
  return { ...made, session, stop };
}
const write = (session: DeviceSession, signal: AbortSignal) => session.write(payload, () => {}, signal);

describe('a run that is ended', () => {
  it('while a put is on the wire ends after the unit has answered it', async () => {
    const { unit, session, stop } = await bench('put', 200);
    expect(await codeOf(write(session, stop.signal))).toBe('RUN_ABORTED');
    // On a busy machine a hello may be asked twice.
    expect(unit.received.filter((name, nth, all) => name !== 'hello' || all[nth - 1] !== 'hello')).toEqual([
      'hello',
      'begin',
      'put',
    ]);
  });

  it('while a commit is on the wire has written the record', async () => {
    const { unit, session, stop } = await bench('commit', 600);
    await write(session, stop.signal);
    expect(unit.record?.cid).toBe('GID_test@@@AABBCCDDEEFF');
    expect(unit.received.at(-1)).toBe('commit');
  });

  it('while a commit hangs does not wait for it for long', async () => {
    const { session, stop } = await bench('commit', 60_000);
    expect(await codeOf(write(session, stop.signal))).toBe('RUN_ABORTED');
  });

  it('before it began sends nothing', async () => {
    const { unit, session } = await bench('commit', 0);
    expect(await codeOf(write(session, AbortSignal.abort()))).toBe('RUN_ABORTED');
    expect(new Set(unit.received)).toEqual(new Set(['hello']));
  });

  it('while a unit restarts ends at once', async () => {
    const { session, unit } = await bench('hello', 0);
    const stop = new AbortController();
    unit.faults = {
      onRequest: (name) => {
        if (name === 'reset') setTimeout(() => stop.abort(), 300);
        return name === 'hello' ? 'ignored' : undefined;
      },
    };
    expect(await codeOf(session.restart(stop.signal))).toBe('RUN_ABORTED');
  });

  it('while the port is away ends at once', async () => {
    const { session, unit, stop } = await bench('prove', 0);
    unit.unplug();
    setTimeout(() => stop.abort(), 200);
    expect(await codeOf(write(session, stop.signal))).toBe('RUN_ABORTED');
  });

  it('for a reason of its own ends with that reason', async () => {
    const { session, unit } = await bench('commit', 0);
    const stop = new AbortController();
    unit.faults = {
      onRequest: () => {
        stop.abort(new StationError('STATION_STOPPED'));
        return 'ignored';
      },
    };
    expect(await codeOf(session.prove(payload, undefined, stop.signal))).toBe('STATION_STOPPED');
  });
});
