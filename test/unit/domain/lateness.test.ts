/** For how long a call whose answer was lost may still be carried out. */
import { describe, expect, it } from 'vitest';
import { CLAIM_STATES, type Claim, type ClaimState } from '../../../electron/domain/claim.ts';
import { StationError } from '../../../electron/domain/errors.ts';
import type { ClientId, HardwareId } from '../../../electron/domain/ids.ts';
import { LATENESS, latenessOf, latenessOfEarlier } from '../../../electron/domain/lateness.ts';

const NOW = Date.parse('2026-11-24T08:00:00.000Z');

const claim = (state: ClaimState, ageMs: number): Claim => ({
  instanceId: 'post-cn-1',
  clientId: 'GID_sensor@@@0001' as ClientId,
  hardwareId: '0001' as HardwareId,
  state,
  changedAt: new Date(NOW - ageMs).toISOString(),
});

describe('a call of this run', () => {
  it.each([
    ['no answer', new StationError('CLOUD_TIMEOUT', {}), LATENESS.silent],
    ['a gateway that waited in vain', new StationError('CLOUD_FAULT', { status: 504 }), LATENESS.silent],
    ['a fault of the cloud', new StationError('CLOUD_FAULT', { status: 500 }), LATENESS.broken],
    ['a broken line', new StationError('CLOUD_UNREACHABLE', { cause: 'ECONNRESET' }), LATENESS.broken],
    ['no API', new StationError('CLOUD_NOT_THE_API', { status: 200 }), LATENESS.broken],
  ])('that ended with %s', (_, error, ms) => {
    expect(latenessOf(error, LATENESS)).toBe(ms);
  });
});

describe('a call of an earlier run', () => {
  it.each(CLAIM_STATES)('where the claim is %s', (state) => {
    const isOpen = state === 'requested' || state === 'refresh-requested';
    expect(latenessOfEarlier(claim(state, 0), NOW, LATENESS)).toBe(isOpen ? LATENESS.cutOff : 0);
  });

  it.each([
    ['a while ago', 4_000, LATENESS.cutOff - 4_000],
    ['long ago', 3_600_000, 0],
    ['in the future, after the clock was set back', -3_600_000, LATENESS.cutOff],
  ])('that was made %s', (_, ageMs, left) => {
    expect(latenessOfEarlier(claim('requested', ageMs), NOW, LATENESS)).toBe(left);
  });
});
