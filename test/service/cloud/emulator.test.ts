/** The emulated cloud held to the documents, through the real SDK alone: six actions, their answers, their errors. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { codeOf, type SdkCall, sdkFor } from './sdk.ts';
import { emulate, INSTANCE, KEY, UNIT } from './setup.ts';

let cloud: EmulatedCloud;
let call: SdkCall;
beforeEach(async () => {
  cloud = await emulate();
  call = sdkFor(cloud.port, KEY);
});
afterEach(() => cloud.close());

const unit = { ClientId: UNIT, InstanceId: INSTANCE };
const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
type Answer = { DeviceCredential: Record<string, string | number> };

describe('the device credential actions', () => {
  it('answer Register, Get and Refresh with the documented credential', async () => {
    const before = Date.now();
    const made = (await call('RegisterDeviceCredential', unit)) as unknown as Answer;
    expect(made).toEqual({
      RequestId: expect.stringMatching(REQUEST_ID),
      DeviceCredential: {
        ClientId: UNIT,
        InstanceId: INSTANCE,
        DeviceAccessKeyId: expect.stringMatching(/^DC\.[A-Za-z0-9]{22}$/),
        DeviceAccessKeySecret: expect.stringMatching(/^DC\.[A-Za-z0-9]{22}$/),
        CreateTime: expect.any(Number),
        UpdateTime: expect.any(Number),
      },
    });
    expect(made.DeviceCredential.CreateTime).toBeGreaterThanOrEqual(before);
    const read = (await call('GetDeviceCredential', unit)) as unknown as Answer;
    expect(read.DeviceCredential).toEqual(made.DeviceCredential);
    const renewed = (await call('RefreshDeviceCredential', unit)) as unknown as Answer;
    const { DeviceAccessKeySecret, CreateTime } = renewed.DeviceCredential;
    expect(CreateTime).toBe(made.DeviceCredential.CreateTime);
    expect(DeviceAccessKeySecret).not.toBe(made.DeviceCredential.DeviceAccessKeySecret);
  });

  it('take their parameters from a form as well', async () => {
    await call('RegisterDeviceCredential', unit, 'body');
    expect(cloud.credentialOf(INSTANCE, UNIT)).toBeDefined();
  });

  it('know nothing of a unit after UnRegister', async () => {
    await call('RegisterDeviceCredential', unit);
    expect(await call('UnRegisterDeviceCredential', unit)).toEqual({
      RequestId: expect.stringMatching(REQUEST_ID),
    });
    for (const action of ['Get', 'UnRegister', 'Refresh']) {
      expect(await codeOf(call(`${action}DeviceCredential`, unit))).toBe('DeviceCredentialNotFound 400');
    }
  });

  it('refuse a second Register, or rotate the keys where told so', async () => {
    await call('RegisterDeviceCredential', unit);
    expect(await codeOf(call('RegisterDeviceCredential', unit))).toBe('DeviceCredentialExsit 400');
    const rotating = await emulate({ secondRegister: 'rotates' });
    const callRotating = sdkFor(rotating.port, KEY);
    const first = (await callRotating('RegisterDeviceCredential', unit)) as unknown as Answer;
    const second = (await callRotating('RegisterDeviceCredential', unit)) as unknown as Answer;
    await rotating.close();
    expect(second.DeviceCredential.DeviceAccessKeyId).not.toBe(first.DeviceCredential.DeviceAccessKeyId);
    expect(second.DeviceCredential.CreateTime).toBe(first.DeviceCredential.CreateTime);
  });

  it('keep instances apart, and know those of the account', async () => {
    await cloud.close();
    cloud = await emulate({ instances: [INSTANCE, 'post-cn-2'], quota: 1 });
    call = sdkFor(cloud.port, KEY);
    await call('RegisterDeviceCredential', unit);
    const elsewhere = { ...unit, InstanceId: 'post-cn-2' };
    expect(await codeOf(call('GetDeviceCredential', elsewhere))).toBe('DeviceCredentialNotFound 400');
    const foreign = { ...unit, InstanceId: 'post-cn-3' };
    expect(await codeOf(call('GetDeviceCredential', foreign))).toBe('InstancePermissionCheckFailed 400');
    const next = { ...unit, ClientId: 'GID_sensor@@@2' };
    expect(await codeOf(call('RegisterDeviceCredential', next))).toBe('DeviceCredentialNumExceed 400');
  });

  it.each([
    [{ ClientId: UNIT }, 'MissingInstanceId 400'],
    [{ InstanceId: INSTANCE }, 'MissingClientId 400'],
    [{ ...unit, ClientId: 'GID_sensor@@' }, 'ParameterCheckFailed 400'],
    [{ ...unit, ClientId: `GID_sensor@@@${'x'.repeat(52)}` }, 'ParameterCheckFailed 400'],
    [{ ...unit, InstanceId: 'instance' }, 'ParameterCheckFailed 400'],
  ])('refuse %j', async (query, expected) => {
    expect(await codeOf(call('RegisterDeviceCredential', query))).toBe(expected);
    expect(cloud.calls).toMatchObject([{ result: expected.split(' ')[0], committed: false }]);
  });
});

describe('ListDeviceCredentialClientId', () => {
  interface Page {
    DeviceCredentialClientIdList: { ClientIdList: string[]; Total: string; NextToken?: string };
  }
  const list = async (query: object) =>
    ((await call('ListDeviceCredentialClientId', { InstanceId: INSTANCE, ...query })) as unknown as Page)
      .DeviceCredentialClientIdList;

  it('gives the ids of one group in pages, by number and by token', async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `GID_sensor@@@${n}`);
    for (const id of [...ids, 'GID_other@@@1']) {
      await call('RegisterDeviceCredential', { ...unit, ClientId: id });
    }
    const first = await list({ GroupId: 'GID_sensor', PageSize: '10', PageNo: '1' });
    expect(first).toEqual({
      ClientIdList: ids.slice(0, 10),
      Total: '25',
      PageNo: '1',
      PageSize: '10',
      NextToken: expect.any(String),
    });
    const byToken = { GroupId: 'GID_sensor', PageSize: '10', NextToken: first.NextToken };
    expect((await list(byToken)).ClientIdList).toEqual(ids.slice(10, 20));
    const last = await list({ GroupId: 'GID_sensor', PageSize: '10', PageNo: '3' });
    expect(last.ClientIdList).toEqual(ids.slice(20));
    expect(last).not.toHaveProperty('NextToken');
  });

  it.each([
    [{ PageSize: '10' }, 'MissingGroupId 400'],
    [{ GroupId: 'GID_sensor' }, 'MissingPageSize 400'],
    [{ GroupId: 'GID_sensor', PageSize: '101' }, 'ParameterCheckFailed 400'],
    [{ GroupId: 'GID_sensor', PageSize: '10', PageNo: '0' }, 'ParameterCheckFailed 400'],
    [{ GroupId: 'GID_sensor', PageSize: '10', NextToken: 'made-up' }, 'ParameterCheckFailed 400'],
  ])('refuses %j', async (query, expected) => {
    expect(await codeOf(list(query))).toBe(expected);
  });
});

describe('sessions', () => {
  it('are online where the broker says so, and QuerySessionByClientId tells', async () => {
    expect(await call('QuerySessionByClientId', unit)).toMatchObject({ OnlineStatus: false });
    cloud.setOnline(UNIT, true);
    expect(await call('QuerySessionByClientId', unit)).toMatchObject({ OnlineStatus: true });
    cloud.setOnline(UNIT, false);
    expect(await call('QuerySessionByClientId', unit)).toMatchObject({ OnlineStatus: false });
  });

  it('open for the login made of a credential, and for no other', async () => {
    await call('RegisterDeviceCredential', unit);
    const stored = cloud.credentialOf(INSTANCE, UNIT)!;
    const passwordOf = (secret: string, id: string) => createHmac('sha1', secret).update(id).digest('base64');
    // The worked example of the documents' rule, so that this test's own arithmetic is right.
    expect(passwordOf('DC.BBBBBBBBBBBBBBBBBBBBBB', 'GID_test@@@test')).toBe('bxlD4merbztguQhg7OsBYde9UMU=');
    const login = {
      clientId: UNIT,
      username: `DeviceCredential|${stored.deviceAccessKeyId}|${INSTANCE}`,
      password: passwordOf(stored.deviceAccessKeySecret, UNIT),
    };
    expect(cloud.verifyLogin(login)).toBe(true);
    const other = 'GID_sensor@@@other';
    const wrong = [
      { ...login, clientId: other },
      { ...login, clientId: other, password: passwordOf(stored.deviceAccessKeySecret, other) },
      { ...login, username: `DeviceCredential|${stored.deviceAccessKeyId}|post-cn-2` },
      { ...login, username: `Signature|${stored.deviceAccessKeyId}|${INSTANCE}` },
      { ...login, username: `DeviceCredential|DC.other|${INSTANCE}` },
      { ...login, username: `${login.username}|more` },
      { ...login, password: stored.deviceAccessKeySecret },
    ];
    expect(wrong.map((one) => cloud.verifyLogin(one))).toEqual(wrong.map(() => false));
    await call('RefreshDeviceCredential', unit);
    expect(cloud.verifyLogin(login)).toBe(false);
  });
});

describe('any ClientId', () => {
  it('is signed alike by the SDK and the verifier, and judged by the product limits', async () => {
    const id = fc.oneof(
      fc.stringMatching(/^GID[_-][A-Za-z0-9_-]{3,20}@@@[A-Za-z0-9_-]{1,37}$/),
      fc.stringMatching(/^GID[_-][A-Za-z0-9_-]{0,5}@{0,4}[A-Za-z0-9_ !'()*~+/%&=-]{0,70}$/),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
    );
    const ids = fc.sample(id, { numRuns: 1500, seed: 20_200_420 });
    const isAllowed = (text: string) => {
      const [group, device, ...more] = text.split('@@@');
      const plain = /^[A-Za-z0-9_-]+$/;
      if (group === undefined || device === undefined || more.length > 0 || text.length > 64) return false;
      return plain.test(group) && plain.test(device) && group.length >= 7 && /^GID[_-]/.test(group);
    };
    const codes: string[] = [];
    for (let from = 0; from < ids.length; from += 50) {
      const batch = ids.slice(from, from + 50);
      const calls = batch.map((one) => codeOf(call('QuerySessionByClientId', { ...unit, ClientId: one })));
      codes.push(...(await Promise.all(calls)));
    }
    expect(codes).toEqual(ids.map((one) => (isAllowed(one) ? 'OK' : 'ParameterCheckFailed 400')));
    expect(codes.filter((code) => code === 'OK').length).toBeGreaterThan(300);
    expect(codes.filter((code) => code !== 'OK').length).toBeGreaterThan(300);
  });
});
