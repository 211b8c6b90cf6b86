/** A record goes into the unit that it was made for and into no other, though nothing but its answers tells them apart. */
import { describe, expect, it } from 'vitest';
import { acmeStation } from './engine-station.ts';

describe('a board that is swapped behind a port that stays', () => {
  it('while its credential is made gets not a byte of it, and the other one passes later', async () => {
    const station = await acmeStation(undefined, {}, { latencyMs: 400 });
    const unit = station.unit();
    const isMade = () => station.cloud.calls.some(({ action }) => action === 'RegisterDeviceCredential');
    unit.console.faults = {
      answer: (command, usual) => (command === 'id' && isMade() ? usual.replace(/:01 /, ':99 ') : usual),
    };
    expect(await station.attempt(unit)).toMatchObject({
      how: 'UNIT_CHANGED',
      evidence: { expected: unit.hardwareId, found: unit.hardwareId.replace(/01$/, '99') },
    });
    expect(unit.console.commands.filter((command) => command.startsWith('put'))).toEqual([]);
    expect(unit.console.stored.size).toBe(0);

    unit.console.faults = {};
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    const made = station.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential');
    expect(made).toHaveLength(1);
  });
});
