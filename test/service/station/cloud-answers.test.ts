/**
 * Every refused and every ambiguous answer to Register, over HTTP, under both readings of a second Register: never a
 * Register without a Get before it, never a second credential, never a rotated one.
 */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../electron/simulator/cloud/fault-plan.ts';
import { Bench } from '../../support/bench.ts';

const READINGS = ['exists', 'rotates'] as const;

const REFUSED = [
  ['DeviceCredentialNumExceed', 'CLOUD_QUOTA'],
  ['ParameterCheckFailed', 'CLOUD_PARAMETER'],
  ['InvalidParameter.ClientId', 'CLOUD_PARAMETER'],
  ['InstancePermissionCheckFailed', 'CLOUD_DENIED'],
  ['PermissionCheckFailed', 'CLOUD_DENIED'],
  ['CheckAccountInfoFailed', 'CLOUD_TOKEN_REJECTED'],
  ['ApiNotSupport', 'CLOUD_API_NOT_SUPPORTED'],
  ['InvalidTimeStamp.Expired', 'CLOCK_SKEW'],
  ['SignatureDoesNotMatch', 'CLOUD_KEY_REJECTED'],
  ['InvalidAccessKeyId.NotFound', 'CLOUD_KEY_REJECTED'],
  ['InvalidAccessKeyId.Inactive', 'CLOUD_KEY_REJECTED'],
  ['InvalidProtocol.NeedSsl', 'CLOUD_NEEDS_HTTPS'],
  ['SomethingNew', 'CLOUD_REFUSED'],
] as const;

/** Answers after which nobody can know whether the credential was made; once it was, once it was not. */
const OPEN: readonly (readonly [string, Fault])[] = [
  ['InternalError', { kind: 'error', code: 'InternalError' }],
  ['InternalError after the commit', { kind: 'error', code: 'InternalError', commit: true }],
  ['SystemOverFlow', { kind: 'error', code: 'SystemOverFlow' }],
  ['SystemOverFlow after the commit', { kind: 'error', code: 'SystemOverFlow', commit: true }],
  ['ServiceUnavailable', { kind: 'error', code: 'ServiceUnavailable' }],
  ['ServiceUnavailable after the commit', { kind: 'error', code: 'ServiceUnavailable', commit: true }],
  ['SignatureNonceUsed', { kind: 'error', code: 'SignatureNonceUsed' }],
  ['SignatureNonceUsed after the commit', { kind: 'error', code: 'SignatureNonceUsed', commit: true }],
  ['a reset before the commit', { kind: 'reset-before' }],
  ['a reset after the commit', { kind: 'reset-after-commit' }],
  ['half an answer', { kind: 'truncated-json' }],
  ['a sign-in page', { kind: 'html-page' }],
  ['a gateway’s page', { kind: 'html-502' }],
  ['a gateway’s page after the commit', { kind: 'html-502', commit: true }],
  ['an empty 502', { kind: 'empty-502' }],
  ['an empty 502 after the commit', { kind: 'empty-502', commit: true }],
];

const THROTTLED = ['Throttling.User', 'Throttling.Api', 'Throttling', 'ApplyTokenOverFlow'] as const;

/** No Register without a Get since the one before. */
function expectGetBeforeRegister(bench: Bench): void {
  let isAsked = false;
  for (const { action } of bench.cloud.calls) {
    if (action === 'GetDeviceCredential') isAsked = true;
    if (action !== 'RegisterDeviceCredential') continue;
    expect(isAsked, 'a Register without a Get before it').toBe(true);
    isAsked = false;
  }
}

async function expectOneCredential(
  bench: Bench,
  record: { readonly kid?: unknown } | undefined,
): Promise<void> {
  const credential = bench.credential('UNIT0001');
  expect(
    bench.cloud.calls.filter((call) => call.action === 'RegisterDeviceCredential' && call.committed),
  ).toHaveLength(1);
  expect(credential?.createTime).toBe(credential?.updateTime);
  expect(record?.kid).toBe(credential?.deviceAccessKeyId);
  expect(await bench.verifyLedger()).toMatchObject({ ok: true });
}

describe.each(READINGS)('where a second Register %s', (secondRegister) => {
  it.each(REFUSED)('%s to Register is final: nothing begun, nothing in doubt', async (cloudCode, code) => {
    await using bench = await Bench.open({ secondRegister });
    bench.setFaults([
      {
        action: 'RegisterDeviceCredential',
        from: 1,
        to: 1,
        fault: { kind: 'error', code: cloudCode, status: 400 },
      },
    ]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot)).toMatchObject({
      finish: { outcome: 'ERROR', code, cloudCode, inDoubt: false },
    });
    expect(unit.received).not.toContain('begin');
    expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'refused' });
    expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
    expectGetBeforeRegister(bench);
    await expectOneCredential(bench, unit.record);
  });

  it.each(OPEN)('%s to Register is resolved by Get', async (_, fault) => {
    await using bench = await Bench.open({ secondRegister });
    bench.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 1, fault }]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
    expectGetBeforeRegister(bench);
    await expectOneCredential(bench, unit.record);
  });

  it.each(THROTTLED)('%s to Register is asked again, after Get', async (code) => {
    await using bench = await Bench.open({ secondRegister });
    bench.setFaults([{ action: 'RegisterDeviceCredential', from: 1, to: 2, fault: { kind: 'error', code } }]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
    expectGetBeforeRegister(bench);
    await expectOneCredential(bench, unit.record);
  });

  it('a Register whose answer is lost every time stays in doubt, and the next run carries on', async () => {
    await using bench = await Bench.open({ secondRegister });
    bench.setFaults([
      { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'reset-after-commit' } },
      {
        action: 'GetDeviceCredential',
        from: 2,
        to: 9,
        fault: { kind: 'error', code: 'PermissionCheckFailed' },
      },
    ]);
    const { unit, slot } = bench.unit();
    expect(await bench.attempt(slot)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'CLOUD_DENIED', inDoubt: true },
    });
    bench.setFaults([]);
    await bench.restart();
    expect(await bench.attempt(slot)).toMatchObject({ finish: { outcome: 'PASS' } });
    expectGetBeforeRegister(bench);
    await expectOneCredential(bench, unit.record);
  });
});

describe('a cloud that is not there', () => {
  it('leaves nothing begun', async () => {
    await using bench = await Bench.open();
    const { slot } = bench.unit();
    const attempt = await bench.attempt(slot, { endpoint: 'http://127.0.0.1:1' });
    expect(attempt).toMatchObject({
      finish: { outcome: 'ERROR', code: 'CLOUD_UNREACHABLE', inDoubt: false },
    });
    expect(await bench.claim('UNIT0001')).toMatchObject({ state: 'claimed' });
  });
});
