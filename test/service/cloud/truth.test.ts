/**
 * Whatever a change meets on its way, what the registry says of it is true. Random faults, both readings of a second
 * Register; the emulated cloud's memory is the judge.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../../electron/cloud/breaker.ts';
import { createLimiter } from '../../../electron/cloud/limiter.ts';
import type { ClientId } from '../../../electron/domain/ids.ts';
import type { Fault } from '../../../electron/simulator/cloud/fault-plan.ts';
import { emulate, INSTANCE, never, registryFor } from './setup.ts';

const plain = fc.constantFrom<Fault>(
  { kind: 'reset-before' },
  { kind: 'reset-after-commit' },
  { kind: 'truncated-json' },
  { kind: 'html-page' },
  { kind: 'throttle' },
);
const gateway = fc.record({
  kind: fc.constantFrom('html-502' as const, 'empty-502' as const),
  commit: fc.boolean(),
});
const serverError = fc.record({
  kind: fc.constant('error' as const),
  code: fc.constantFrom('InternalError', 'SystemOverFlow', 'ServiceUnavailable', 'SignatureNonceUsed'),
  commit: fc.boolean(),
});
const refusal = fc.record({
  kind: fc.constant('error' as const),
  code: fc.constantFrom(
    'ParameterCheckFailed',
    'DeviceCredentialNumExceed',
    'SomethingNew',
    'ApplyTokenOverFlow',
  ),
});
const change = fc.record({
  verb: fc.constantFrom('register' as const, 'refresh' as const),
  unit: fc.constantFrom('GID_sensor@@@1', 'GID_sensor@@@2') as fc.Arbitrary<ClientId>,
  fault: fc.option(fc.oneof(plain, gateway, serverError, refusal), { nil: undefined, freq: 2 }),
});

describe.each(['exists', 'rotates'] as const)('where a second Register %s', (secondRegister) => {
  it('done, exists, refused and not done are never said of what is otherwise', async () => {
    const cloud = await emulate({ secondRegister });
    const breaker = createBreaker({ strainedToOpen: Number.POSITIVE_INFINITY });
    const limiter = createLimiter({ callsPerSecond: 10_000 });
    const registry = registryFor(cloud.url, { breaker, limiter });
    const kinds = new Set<string>();
    for (const { verb, unit, fault } of fc.sample(change, { numRuns: 250, seed: 4 })) {
      const action = verb === 'register' ? 'RegisterDeviceCredential' : 'RefreshDeviceCredential';
      cloud.setFaults(fault ? [{ action, from: 1, to: 1, fault }] : []);
      const before = cloud.credentialOf(INSTANCE, unit);
      const sent = cloud.calls.length;
      const answer = await registry[verb](unit, never);
      const after = cloud.credentialOf(INSTANCE, unit);
      kinds.add(answer.kind);
      expect(cloud.calls.length - sent).toBe(1);
      switch (answer.kind) {
        case 'done':
          expect(answer.credential.deviceAccessKeyId).toBe(after?.deviceAccessKeyId);
          expect(answer.credential.deviceAccessKeySecret.reveal()).toBe(after?.deviceAccessKeySecret);
          break;
        case 'exists':
          expect([verb, before, after]).toEqual(['register', after, expect.anything()]);
          break;
        case 'refused':
        case 'not-done':
          expect(after).toEqual(before);
          break;
        case 'unknown':
          break;
      }
    }
    await cloud.close();
    expect([...kinds].sort()).toEqual(
      ['done', ...(secondRegister === 'exists' ? ['exists'] : []), 'not-done', 'refused', 'unknown'].sort(),
    );
  });
});
