/** The recovery tables, row by row. */
import { describe, expect, it } from 'vitest';
import type { Claim, ClaimState } from '../../../electron/domain/claim.ts';
import type { ClientId, Digest, HardwareId } from '../../../electron/domain/ids.ts';
import {
  CREATED_TOLERANCE_MS,
  canTakeNewRecord,
  decideCloud,
  decideUnit,
  type GetAnswer,
} from '../../../electron/domain/recovery.ts';

const clientId = 'GID_sensor@@@0001' as ClientId;
const ours = 'a'.repeat(64) as Digest;
const other = 'b'.repeat(64) as Digest;
const REQUESTED_AT = 1_800_000_000_000;

function claim(state: ClaimState, more: Partial<Claim> = {}): Claim {
  const known = {
    deviceAccessKeyId: 'DC.k',
    createTime: 1,
    updateTime: 7,
    tx: '',
    digest: ours,
    recipe: 'r',
  };
  return {
    instanceId: 'post-cn-1',
    clientId,
    hardwareId: '0001' as HardwareId,
    state,
    changedAt: new Date(REQUESTED_AT).toISOString(),
    requestedAt: REQUESTED_AT,
    ...(['known', 'erase-requested', 'written', 'proved', 'lock-requested', 'passed'].includes(state)
      ? { known }
      : {}),
    ...more,
  };
}

function found(
  more: { deviceAccessKeyId?: string; createTime?: number; updateTime?: number } = {},
): GetAnswer {
  return {
    kind: 'found',
    credential: {
      clientId,
      instanceId: 'post-cn-1',
      deviceAccessKeyId: 'DC.k',
      createTime: 1,
      updateTime: 7,
      ...more,
    },
  };
}

const notFound: GetAnswer = { kind: 'not-found' };

describe('what the cloud answers', () => {
  it.each([undefined, claim('claimed'), claim('refused')])(
    'without a claim: asked for only if not found (%#)',
    (none) => {
      expect(decideCloud(none, notFound)).toEqual({ do: 'register' });
      expect(decideCloud(none, found())).toEqual({ do: 'apply-existing-rule' });
    },
  );

  it('requested: ours if created no earlier than our request, with five minutes of tolerance', () => {
    const at = (createTime: number) => decideCloud(claim('requested'), found({ createTime })).do;
    expect(at(REQUESTED_AT)).toBe('use');
    expect(at(REQUESTED_AT - CREATED_TOLERANCE_MS)).toBe('use');
    expect(at(REQUESTED_AT - CREATED_TOLERANCE_MS - 1)).toBe('apply-existing-rule');
    expect(decideCloud(claim('requested'), notFound).do).toBe('register');
  });

  it('refresh requested: done if the key is another one since, to be done again if not, in doubt if gone', () => {
    const before = claim('refresh-requested', { refreshing: { deviceAccessKeyId: 'DC.k', updateTime: 7 } });
    expect(decideCloud(before, found()).do).toBe('apply-existing-rule');
    expect(decideCloud(before, found({ updateTime: REQUESTED_AT + 1 })).do).toBe('use');
    expect(decideCloud(before, found({ updateTime: 8 }))).toEqual({ do: 'stop', code: 'CREDENTIAL_CHANGED' });
    expect(decideCloud(before, notFound)).toEqual({ do: 'stop', code: 'CREDENTIAL_GONE' });
  });

  it.each(['known', 'erase-requested', 'written', 'proved', 'lock-requested'] as const)(
    '%s: goes on only with the very same key, and never registers',
    (state) => {
      expect(decideCloud(claim(state), found())).toEqual({ do: 'use' });
      expect(decideCloud(claim(state), found({ updateTime: 8 }))).toEqual({
        do: 'stop',
        code: 'CREDENTIAL_CHANGED',
      });
      expect(decideCloud(claim(state), found({ deviceAccessKeyId: 'DC.x' })).do).toBe('stop');
      expect(decideCloud(claim(state), notFound)).toEqual({ do: 'stop', code: 'CREDENTIAL_GONE' });
    },
  );
});

describe('what the unit says', () => {
  const decide = (
    state: ClaimState | undefined,
    unit: Parameters<typeof decideUnit>[1],
    owner = 'unknown' as const,
  ) => decideUnit(state === undefined ? undefined : claim(state), unit, ours, owner);

  it.each(['blank', 'staged'] as const)('%s: written, unless it was written before', (state) => {
    expect(decide(undefined, { state }).do).toBe('write');
    expect(decide('known', { state }).do).toBe('write');
    expect(decide('erase-requested', { state }).do).toBe('write');
    for (const later of ['written', 'proved', 'lock-requested', 'passed'] as const) {
      expect(decide(later, { state })).toEqual({ do: 'stop', code: 'RECORD_MISSING' });
    }
  });

  it('unknown: written until a record was confirmed, from then on only verified, never written again', () => {
    for (const before of [
      undefined,
      'claimed',
      'refused',
      'requested',
      'known',
      'erase-requested',
    ] as const) {
      expect(decide(before, { state: 'unknown' })).toEqual({ do: 'write' });
    }
    for (const later of ['written', 'proved', 'lock-requested', 'passed'] as const) {
      expect(decide(later, { state: 'unknown' })).toEqual({ do: 'verify' });
      const changed = decideUnit(claim(later), { state: 'unknown' }, other, 'unknown');
      expect(changed).toEqual({ do: 'stop', code: 'HOLDING_UNKNOWN' });
    }
  });

  it('committed: verified if ours, erased only if an older record of its own that never passed', () => {
    expect(decide('known', { state: 'committed', digest: ours }).do).toBe('verify');
    const own = decideUnit(claim('known'), { state: 'committed', digest: other }, ours, 'own-never-passed');
    expect(own).toEqual({ do: 'erase-then-write', digest: other });
    for (const owner of ['own-passed', 'unknown'] as const) {
      const decision = decideUnit(claim('known'), { state: 'committed', digest: other }, ours, owner);
      expect(decision).toEqual({ do: 'stop', code: 'UNIT_HOLDS_OTHER_RECORD' });
    }
    expect(decide('known', { state: 'committed' })).toEqual({ do: 'stop', code: 'UNIT_HOLDS_OTHER_RECORD' });
  });

  it('locked: verified if ours, else FAIL', () => {
    expect(decide('lock-requested', { state: 'locked', digest: ours }).do).toBe('verify');
    expect(decide(undefined, { state: 'locked', digest: other })).toEqual({
      do: 'stop',
      code: 'UNIT_LOCKED',
    });
  });

  it('is asked before a credential is: a unit that could not take one is refused', () => {
    expect(canTakeNewRecord(undefined, { state: 'blank' }, 'unknown')).toBeUndefined();
    expect(canTakeNewRecord(undefined, { state: 'unknown' }, 'unknown')).toBeUndefined();
    expect(canTakeNewRecord(claim('written'), { state: 'unknown' }, 'unknown')).toBe('HOLDING_UNKNOWN');
    expect(canTakeNewRecord(undefined, { state: 'committed', digest: other }, 'unknown')).toBe(
      'UNIT_HOLDS_OTHER_RECORD',
    );
    expect(
      canTakeNewRecord(undefined, { state: 'committed', digest: other }, 'own-never-passed'),
    ).toBeUndefined();
    expect(canTakeNewRecord(undefined, { state: 'locked', digest: other }, 'unknown')).toBe('UNIT_LOCKED');
  });
});
