/** Green needs a restart that happened: what only looks like one is none. */
import { describe, expect, it } from 'vitest';
import { ACME_PROFILE } from '../../support/consoles/profile-text.ts';
import { type AcmeUnit, acmeStation } from './engine-station.ts';

/** The cable is pulled as `reboot` arrives, and put back: the unit, with power of its own, does not notice. */
function pulledAtReboot(unit: AcmeUnit, times: number): void {
  let pulls = 0;
  unit.console.faults = {
    answer: (command, usual) => {
      if (command !== 'reboot' || pulls === times) return usual;
      pulls += 1;
      unit.console.boots -= 1;
      pull(unit);
      return undefined;
    },
  };
}

function pull({ console: { line } }: AcmeUnit): void {
  line.unplug();
  void line.plug();
}

describe('a cable that is pulled at the restart', () => {
  it('is no restart: the unit is found, and restarted', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    pulledAtReboot(unit, 1);
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(unit.console.boots).toBe(2);
  });

  it('each time ends in doubt, not green', async () => {
    const station = await acmeStation();
    const unit = station.unit();
    pulledAtReboot(unit, Number.POSITIVE_INFINITY);
    expect(await station.attempt(unit)).toMatchObject({ how: 'UNIT_DID_NOT_REBOOT' });
    expect(unit.console.boots).toBe(1);
  });

  it('by the unit itself, which the profile says has no other power, is one', async () => {
    const station = await acmeStation(
      ACME_PROFILE.replace('expect: { lit: "ACME boot" }', 'expect: { portLost: true }'),
    );
    const unit = station.unit();
    unit.console.faults = {
      answer: (command, usual) => {
        if (command !== 'reboot') return usual;
        pull(unit);
        return undefined;
      },
    };
    expect(await station.attempt(unit)).toMatchObject({ how: 'PASS' });
    expect(unit.console.boots).toBe(2);
  });
});
