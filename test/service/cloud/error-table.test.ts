/**
 * Every documented error, over HTTP, on Get and on Register: which of our codes it becomes and what is known of the
 * call afterwards. The table is written from the documents, not from the product's own.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBreaker } from '../../../electron/cloud/breaker.ts';
import { createLimiter } from '../../../electron/cloud/limiter.ts';
import { errorRow, type StationError } from '../../../electron/domain/errors.ts';
import type { ActionName } from '../../../electron/simulator/cloud/actions.ts';
import { statusOf } from '../../../electron/simulator/cloud/api-error.ts';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import type { CredentialRegistry } from '../../../electron/station/ports.ts';
import { emulate, INSTANCE, never, registryFor, UNIT } from './setup.ts';

type Row = readonly [
  cloudCode: string,
  status: number,
  code: string,
  kind: 'refused' | 'not-done' | 'unknown',
];

const ROWS: readonly Row[] = [
  // The product's own
  ['DeviceCredentialNumExceed', 400, 'CLOUD_QUOTA', 'refused'],
  ['ParameterCheckFailed', 400, 'CLOUD_PARAMETER', 'refused'],
  ['InvalidParameter.ClientId', 400, 'CLOUD_PARAMETER', 'refused'],
  ['InstancePermissionCheckFailed', 400, 'CLOUD_DENIED', 'refused'],
  ['PermissionCheckFailed', 400, 'CLOUD_DENIED', 'refused'],
  ['CheckAccountInfoFailed', 400, 'CLOUD_TOKEN_REJECTED', 'refused'],
  ['ApplyTokenOverFlow', 400, 'CLOUD_THROTTLED', 'not-done'],
  ['ApiNotSupport', 404, 'CLOUD_API_NOT_SUPPORTED', 'refused'],
  ['InternalError', 500, 'CLOUD_FAULT', 'unknown'],
  ['SystemOverFlow', 500, 'CLOUD_THROTTLED', 'unknown'],
  // The gateway's
  ['Throttling', 400, 'CLOUD_THROTTLED', 'not-done'],
  ['Throttling.User', 400, 'CLOUD_THROTTLED', 'not-done'],
  ['Throttling.Api', 400, 'CLOUD_THROTTLED', 'not-done'],
  ['Rejected.Throttling', 400, 'CLOUD_THROTTLED', 'not-done'],
  ['ServiceUnavailable', 503, 'CLOUD_FAULT', 'unknown'],
  ['SignatureNonceUsed', 400, 'CLOUD_FAULT', 'unknown'],
  ['InvalidTimeStamp.Expired', 400, 'CLOCK_SKEW', 'refused'],
  ['InvalidTimeStamp.Format', 400, 'CLOCK_SKEW', 'refused'],
  ['SignatureDoesNotMatch', 400, 'CLOUD_KEY_REJECTED', 'refused'],
  ['IncompleteSignature', 400, 'CLOUD_KEY_REJECTED', 'refused'],
  ['InvalidAccessKeyId.NotFound', 404, 'CLOUD_KEY_REJECTED', 'refused'],
  ['InvalidAccessKeyId.Inactive', 400, 'CLOUD_KEY_REJECTED', 'refused'],
  ['InvalidSecurityToken.Expired', 400, 'CLOUD_TOKEN_REJECTED', 'refused'],
  ['InvalidSecurityToken.Malformed', 400, 'CLOUD_TOKEN_REJECTED', 'refused'],
  ['MissingSecurityToken', 400, 'CLOUD_TOKEN_REJECTED', 'refused'],
  ['MissingClientId', 400, 'CLOUD_PARAMETER', 'refused'],
  ['MissingInstanceId', 400, 'CLOUD_PARAMETER', 'refused'],
  ['InvalidApi.NotFound', 404, 'CLOUD_API_NOT_SUPPORTED', 'refused'],
  ['InvalidProtocol.NeedSsl', 404, 'CLOUD_NEEDS_HTTPS', 'refused'],
  ['UnsupportedHTTPMethod', 405, 'CLOUD_API_NOT_SUPPORTED', 'refused'],
  ['NoPermission', 403, 'CLOUD_DENIED', 'refused'],
  ['Forbidden.RAM', 403, 'CLOUD_DENIED', 'refused'],
  // What no document names
  ['SomethingNew', 400, 'CLOUD_REFUSED', 'refused'],
  ['SomethingNew', 403, 'CLOUD_REFUSED', 'refused'],
  ['SomethingNew', 429, 'CLOUD_THROTTLED', 'not-done'],
  ['SomethingNew', 408, 'CLOUD_TIMEOUT', 'unknown'],
  ['SomethingNew', 500, 'CLOUD_FAULT', 'unknown'],
  ['SomethingNew', 504, 'CLOUD_FAULT', 'unknown'],
  ['constructor', 400, 'CLOUD_REFUSED', 'refused'],
  // A known code behind a 5xx proves nothing
  ['Throttling.User', 503, 'CLOUD_THROTTLED', 'unknown'],
  ['ParameterCheckFailed', 500, 'CLOUD_PARAMETER', 'unknown'],
  ['DeviceCredentialExsit', 500, 'CLOUD_REFUSED', 'unknown'],
  ['DeviceCredentialNotFound', 500, 'CLOUD_REFUSED', 'unknown'],
];

let cloud: EmulatedCloud;
let registry: CredentialRegistry;
beforeAll(async () => {
  cloud = await emulate();
  // A breaker that never opens: each row is to meet the cloud, whatever the row before it met.
  const breaker = createBreaker({ strainedToOpen: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ callsPerSecond: 10_000 });
  registry = registryFor(cloud.url, { breaker, limiter });
});
afterAll(() => cloud.close());

/** From now on, every call of the action is answered with the code; counts the calls from zero. */
function plan(action: ActionName, code: string, status: number): () => number {
  const before = cloud.calls.length;
  cloud.setFaults([
    { action, from: 1, to: Number.POSITIVE_INFINITY, fault: { kind: 'error', code, status } },
  ]);
  return () => cloud.calls.length - before;
}

const thrownBy = async (call: Promise<unknown>): Promise<StationError> =>
  await call.then(
    () => Promise.reject(new Error('was answered')),
    (thrown: StationError) => thrown,
  );

describe.each(ROWS)('%s (%i)', (cloudCode, status, code, kind) => {
  it(`on Register is ${kind}, ${code}, and is not sent again`, async () => {
    const calls = plan('RegisterDeviceCredential', cloudCode, status);
    expect(await registry.register(UNIT, never)).toMatchObject({
      kind,
      error: { code, evidence: { action: 'RegisterDeviceCredential', cloudCode, status } },
    });
    expect(calls()).toBe(1);
    expect(cloud.credentialOf(INSTANCE, UNIT)).toBeUndefined();
  });

  it(`on Get is ${code}, asked ${kind === 'refused' ? 'once' : 'four times'}`, async () => {
    const calls = plan('GetDeviceCredential', cloudCode, status);
    expect(await thrownBy(registry.get(UNIT, never))).toMatchObject({
      code,
      evidence: { action: 'GetDeviceCredential', cloudCode, status },
    });
    expect(calls()).toBe(kind === 'refused' ? 1 : 4);
  });
});

describe('an answer that is not an error', () => {
  it('is DeviceCredentialExsit on Register, and nowhere else', async () => {
    plan('RegisterDeviceCredential', 'DeviceCredentialExsit', 400);
    expect(await registry.register(UNIT, never)).toEqual({ kind: 'exists' });
    plan('RefreshDeviceCredential', 'DeviceCredentialExsit', 400);
    expect(await registry.refresh(UNIT, never)).toMatchObject({ kind: 'refused' });
    plan('GetDeviceCredential', 'DeviceCredentialExsit', 400);
    expect(await thrownBy(registry.get(UNIT, never))).toMatchObject({ code: 'CLOUD_REFUSED' });
  });

  it('is DeviceCredentialNotFound on Get and UnRegister, and nowhere else', async () => {
    plan('GetDeviceCredential', 'DeviceCredentialNotFound', 400);
    expect(await registry.get(UNIT, never)).toEqual({ kind: 'not-found' });
    plan('UnRegisterDeviceCredential', 'DeviceCredentialNotFound', 400);
    expect(await registry.unregister(UNIT, never)).toBe('not-found');
    plan('RegisterDeviceCredential', 'DeviceCredentialNotFound', 400);
    expect(await registry.register(UNIT, never)).toMatchObject({ kind: 'refused' });
    plan('RefreshDeviceCredential', 'DeviceCredentialNotFound', 400);
    expect(await registry.refresh(UNIT, never)).toMatchObject({ kind: 'refused' });
  });
});

describe('the tables of both sides', () => {
  it('give the documented codes the documented statuses', () => {
    const documented = ROWS.filter(([cloudCode], at) => ROWS.findIndex(([one]) => one === cloudCode) === at);
    const differing = documented.filter(([cloudCode, status]) => {
      const isNamed = !['SomethingNew', 'constructor'].includes(cloudCode) && !cloudCode.startsWith('Device');
      return isNamed && statusOf(cloudCode) !== status;
    });
    expect(differing).toEqual([]);
  });

  it('blame the cloud or the order for what the cloud refuses, the station for its clock, never the unit', () => {
    const blames = new Set(ROWS.map(([, , code]) => errorRow(code as Parameters<typeof errorRow>[0]).blame));
    expect([...blames].sort()).toEqual(['cloud', 'order', 'station']);
  });
});
