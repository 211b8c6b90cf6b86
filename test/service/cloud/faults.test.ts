/** Every fault below the error table, on Get and on Register: what the registry says, and what really happened. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBreaker } from '../../../electron/cloud/breaker.ts';
import type { StationError } from '../../../electron/domain/errors.ts';
import type { ActionName } from '../../../electron/simulator/cloud/actions.ts';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import type { Fault } from '../../../electron/simulator/cloud/fault-plan.ts';
import type { CredentialRegistry } from '../../../electron/station/ports.ts';
import { emulate, INSTANCE, never, registryFor, UNIT } from './setup.ts';

let cloud: EmulatedCloud;
let registry: CredentialRegistry;
/** Gives up soon: for calls that are to run into their timeout. */
let hasty: CredentialRegistry;
beforeEach(async () => {
  cloud = await emulate();
  const breaker = createBreaker({ strainedToOpen: Number.POSITIVE_INFINITY });
  registry = registryFor(cloud.url, { breaker });
  hasty = registryFor(cloud.url, { breaker, timeoutMs: 1000, tries: 2 });
  // The SDK's first call in a process takes long enough to run into a short timeout by itself.
  await registry.isOnline(UNIT, never);
});
afterEach(() => cloud.close());

function plan(action: ActionName, fault: Fault, to = Number.POSITIVE_INFINITY): void {
  cloud.setFaults([{ action, from: 1, to, fault }]);
}
const callsOf = (action: ActionName) => cloud.calls.filter((entry) => entry.action === action).length;

type Row = readonly [fault: Fault, code: string, kind: 'unknown' | 'not-done', happened: boolean];
const ROWS: readonly Row[] = [
  [{ kind: 'stall-before' }, 'CLOUD_TIMEOUT', 'unknown', false],
  [{ kind: 'stall-after-commit' }, 'CLOUD_TIMEOUT', 'unknown', true],
  [{ kind: 'reset-before' }, 'CLOUD_UNREACHABLE', 'unknown', false],
  [{ kind: 'reset-after-commit' }, 'CLOUD_UNREACHABLE', 'unknown', true],
  [{ kind: 'truncated-json' }, 'CLOUD_ANSWER_INVALID', 'unknown', true],
  [{ kind: 'html-page' }, 'CLOUD_NOT_THE_API', 'unknown', false],
  [{ kind: 'html-502' }, 'CLOUD_FAULT', 'unknown', false],
  [{ kind: 'html-502', commit: true }, 'CLOUD_FAULT', 'unknown', true],
  [{ kind: 'empty-502' }, 'CLOUD_FAULT', 'unknown', false],
  [{ kind: 'empty-502', commit: true }, 'CLOUD_FAULT', 'unknown', true],
  [{ kind: 'error', code: 'InternalError', commit: true }, 'CLOUD_FAULT', 'unknown', true],
  [{ kind: 'throttle' }, 'CLOUD_THROTTLED', 'not-done', false],
];

const isStall = ({ kind }: Fault) => kind === 'stall-before' || kind === 'stall-after-commit';

describe.each(ROWS)('%j', (fault, code, kind, happened) => {
  it(`on Register is ${kind}, and Get tells that it ${happened ? 'happened' : 'did not happen'}`, async () => {
    plan('RegisterDeviceCredential', fault);
    const asking = isStall(fault) ? hasty : registry;
    expect(await asking.register(UNIT, never)).toMatchObject({ kind, error: { code } });
    await expect.poll(() => callsOf('RegisterDeviceCredential')).toBe(1);
    const found = await registry.get(UNIT, never);
    expect(found.kind).toBe(happened ? 'found' : 'not-found');
  });

  it('on Get is repeated, and answered where it was met once', async () => {
    await registry.register(UNIT, never);
    plan('GetDeviceCredential', fault, 1);
    const asking = isStall(fault) ? hasty : registry;
    expect(await asking.get(UNIT, never)).toMatchObject({ kind: 'found' });
    expect(callsOf('GetDeviceCredential')).toBe(2);
  });

  it(`on Get is ${code} after its last try`, async () => {
    plan('GetDeviceCredential', fault);
    const [asking, tries] = isStall(fault) ? [hasty, 2] : [registry, 4];
    await expect(asking.get(UNIT, never)).rejects.toMatchObject({ code });
    await expect.poll(() => callsOf('GetDeviceCredential')).toBe(tries);
  });
});

describe('a lost answer', () => {
  it('to a Register that is carried out late is found by Get, and a second Register says that it exists', async () => {
    plan('RegisterDeviceCredential', { kind: 'delay', ms: 4000 }, 1);
    expect(await hasty.register(UNIT, never)).toMatchObject({ kind: 'unknown' });
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    await expect.poll(() => cloud.credentialOf(INSTANCE, UNIT), { timeout: 20_000 }).toBeDefined();
    expect(await registry.register(UNIT, never)).toEqual({ kind: 'exists' });
    expect(await registry.get(UNIT, never)).toMatchObject({ kind: 'found' });
  });

  it('to a Refresh is unknown, and Get gives the new key', async () => {
    await registry.register(UNIT, never);
    const before = cloud.credentialOf(INSTANCE, UNIT);
    plan('RefreshDeviceCredential', { kind: 'reset-after-commit' });
    expect(await registry.refresh(UNIT, never)).toMatchObject({ kind: 'unknown' });
    expect(callsOf('RefreshDeviceCredential')).toBe(1);
    const found = await registry.get(UNIT, never);
    if (found.kind !== 'found') throw new Error(found.kind);
    expect(found.credential.deviceAccessKeyId).not.toBe(before?.deviceAccessKeyId);
  });

  it('gives nothing of a secret away, however it was cut', async () => {
    plan('RegisterDeviceCredential', { kind: 'truncated-json' });
    const answer = await registry.register(UNIT, never);
    const secret = cloud.credentialOf(INSTANCE, UNIT)?.deviceAccessKeySecret ?? '';
    expect(secret).toMatch(/^DC\..{22}$/);
    const shown = inspect(answer, { depth: 20, showHidden: true, getters: true });
    // The emulated answer ends 8 letters into the secret.
    expect(shown).toContain('CLOUD_ANSWER_INVALID');
    expect(shown).not.toContain(secret.slice(3, 8));
  });
});

describe('what a Get may take', () => {
  it('ends with its budget, with what the last whole try met', async () => {
    const breaker = createBreaker({ strainedToOpen: Number.POSITIVE_INFINITY });
    const short = registryFor(cloud.url, { breaker, timeoutMs: 60_000, budgetMs: 1500 });
    plan('GetDeviceCredential', { kind: 'stall-before' });
    await expect(short.get(UNIT, never)).rejects.toMatchObject({ code: 'CLOUD_TIMEOUT' });
    expect(callsOf('GetDeviceCredential')).toBe(1);
    cloud.setFaults([
      { action: 'GetDeviceCredential', from: 1, to: 1, fault: { kind: 'throttle' } },
      { action: 'GetDeviceCredential', from: 2, to: 9, fault: { kind: 'stall-before' } },
    ]);
    await expect(short.get(UNIT, never)).rejects.toMatchObject({ code: 'CLOUD_THROTTLED' });
  });
});

describe('giving up', () => {
  /** Aborts when the emulated cloud has received the call. */
  async function abortOnArrival(action: ActionName, controller: AbortController, reason?: unknown) {
    await expect.poll(() => callsOf(action), { timeout: 20_000, interval: 5 }).toBe(1);
    controller.abort(reason);
  }

  it('ends a Get at once with the reason given', async () => {
    const patient = registryFor(cloud.url, { timeoutMs: 60_000 });
    plan('GetDeviceCredential', { kind: 'stall-before' });
    const controller = new AbortController();
    const answer = patient.get(UNIT, controller.signal);
    const rejected = expect(answer).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    await abortOnArrival('GetDeviceCredential', controller);
    await rejected;
    expect(patient.health().paused).toBe(false);
  });

  it('leaves a Register that is in flight unknown, at once', async () => {
    const patient = registryFor(cloud.url, { timeoutMs: 60_000 });
    plan('RegisterDeviceCredential', { kind: 'stall-after-commit' });
    const controller = new AbortController();
    const answer = patient.register(UNIT, controller.signal);
    await abortOnArrival('RegisterDeviceCredential', controller);
    const settled = await answer;
    expect(settled).toMatchObject({ kind: 'unknown', error: { code: 'CLOUD_TIMEOUT' } });
    expect((settled as { error: StationError }).error.evidence).toMatchObject({ stopped: true });
    expect(await patient.get(UNIT, never)).toMatchObject({ kind: 'found' });
  });

  it('before a Register was sent means that it is not done, and nothing is sent', async () => {
    const answer = await registry.register(UNIT, AbortSignal.abort());
    expect(answer).toMatchObject({ kind: 'not-done', error: { code: 'RUN_ABORTED' } });
    await expect(registry.get(UNIT, AbortSignal.abort())).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    expect(cloud.calls.map(({ action }) => action)).toEqual(['QuerySessionByClientId']);
  });
});
