/** Reading the API's answers: lenient in form, strict in what they stand for. */
import { describe, expect, it } from 'vitest';
import { readClientIds, readCredential, readOnline } from '../../../electron/cloud/answers.ts';
import type { ClientId } from '../../../electron/domain/ids.ts';

const UNIT = 'GID_sensor@@@0001' as ClientId;
const INSTANCE = 'post-cn-1';
const CREDENTIAL = {
  ClientId: UNIT,
  InstanceId: INSTANCE,
  DeviceAccessKeyId: 'DC.AAAAAAAAAAAAAAAAAAAAAA',
  DeviceAccessKeySecret: 'DC.BBBBBBBBBBBBBBBBBBBBBB',
  CreateTime: 1_732_000_000_000,
  UpdateTime: 1_732_000_000_001,
};
const read = (changes: object = {}) =>
  readCredential({ RequestId: 'X', DeviceCredential: { ...CREDENTIAL, ...changes } }, UNIT, INSTANCE);

const fieldOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (thrown) {
    const { code, evidence } = thrown as { code: string; evidence: { field?: string } };
    return `${code} ${evidence.field}`;
  }
};

describe('a credential', () => {
  it('is taken as answered, its secret hidden at once', () => {
    const credential = read();
    expect(credential.deviceAccessKeySecret.reveal()).toBe(CREDENTIAL.DeviceAccessKeySecret);
    expect(JSON.stringify(credential)).not.toContain('BBBB');
    expect(credential).toMatchObject({ createTime: 1_732_000_000_000, updateTime: 1_732_000_000_001 });
  });

  it('may give its times as text', () => {
    expect(read({ CreateTime: '1732000000000' }).createTime).toBe(1_732_000_000_000);
  });

  it.each([
    ['ClientId', 'GID_sensor@@@0002'],
    ['ClientId', undefined],
    ['InstanceId', 'post-cn-2'],
    ['DeviceAccessKeyId', ''],
    ['DeviceAccessKeyId', 7],
    ['DeviceAccessKeySecret', undefined],
    ['DeviceAccessKeySecret', ''],
    ['CreateTime', undefined],
    ['CreateTime', 0],
    ['UpdateTime', '2024-01-01'],
    ['UpdateTime', -1],
    ['UpdateTime', 1.5],
  ])('is not used where %s is %j', (field, value) => {
    expect(fieldOf(() => read({ [field]: value }))).toBe(`CLOUD_ANSWER_INVALID ${field}`);
  });

  it.each([[undefined], [null], ['text'], [[CREDENTIAL]]])('is not found in %j', (value) => {
    const body = { DeviceCredential: value };
    expect(fieldOf(() => readCredential(body, UNIT, INSTANCE))).toBe('CLOUD_ANSWER_INVALID DeviceCredential');
  });
});

describe('whether a unit is online', () => {
  it('is a truth value or its word, and nothing else', () => {
    const answers = [true, false, 'true', 'false', 1, undefined, 'TRUE'];
    expect(answers.map((value) => fieldOf(() => readOnline({ OnlineStatus: value })))).toEqual([
      true,
      false,
      true,
      false,
      'CLOUD_ANSWER_INVALID OnlineStatus',
      'CLOUD_ANSWER_INVALID OnlineStatus',
      'CLOUD_ANSWER_INVALID OnlineStatus',
    ]);
  });
});

describe('a page of ClientIds', () => {
  const page = (list: unknown, total: unknown) =>
    fieldOf(() => readClientIds({ DeviceCredentialClientIdList: { ClientIdList: list, Total: total } }));

  it('may count in text or in numbers, and may leave out an empty list', () => {
    expect(page([UNIT], '1')).toEqual({ clientIds: [UNIT], total: 1 });
    expect(page([UNIT], 1)).toEqual({ clientIds: [UNIT], total: 1 });
    expect(page(undefined, 0)).toEqual({ clientIds: [], total: 0 });
  });

  it('lists only what can be a unit of ours', () => {
    expect(page([UNIT, 'somebody/else'], 2)).toEqual({ clientIds: [UNIT], total: 2 });
  });

  it('is not used where its list or its count is something else', () => {
    expect(page('text', 1)).toBe('CLOUD_ANSWER_INVALID ClientIdList');
    expect(page([7], 1)).toBe('CLOUD_ANSWER_INVALID ClientIdList');
    expect(page([UNIT], 'many')).toBe('CLOUD_ANSWER_INVALID Total');
  });
});
